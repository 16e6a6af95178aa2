"""What sends e-mail and text messages."""

from apps.credentials.rules.kinds.kind import PART, Call, Kind, Value
from apps.credentials.rules.kinds.vendors import ACCESS_KEY, AWS_HOSTS, REGION

FROM = Value(name="from_email", title="From", format="email", pattern=r"[^\s@]+@[^\s@]+")
FROM_NAME = Value(name="from_name", title="Name of the sender")
KEY = Value(name="api_key", title="API key", is_secret=True, is_required=True, pattern=r"[!-~]*")

LETTERS = (
    Kind(
        name="email_sendgrid",
        title="SendGrid",
        description="A key for e-mail by SendGrid.",
        docs="https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
        values=(KEY, FROM, FROM_NAME),
        hosts=("api.sendgrid.com",),
        probe=Call(
            base="https://api.sendgrid.com",
            path="/v3/scopes",
            headers={"Authorization": "Bearer {api_key}"},
        ),
    ),
    Kind(
        name="email_mailgun",
        title="Mailgun",
        description="A key for e-mail by Mailgun.",
        docs="https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/rbac-mgmt",
        values=(
            KEY,
            Value(name="domain", title="Domain", is_required=True, pattern=PART),
            FROM,
            FROM_NAME,
            Value(
                name="region",
                title="Region",
                help="Where the domain lives: api.mailgun.net, or api.eu.mailgun.net.",
                options=("api.mailgun.net", "api.eu.mailgun.net"),
                default="api.mailgun.net",
            ),
        ),
        hosts=("api.mailgun.net", "api.eu.mailgun.net"),
        probe=Call(
            base="https://{region}", path="/v3/domains/{domain}", basic=("api", "{api_key}")
        ),
    ),
    Kind(
        name="email_aws_ses",
        title="Amazon SES",
        description="An access key for e-mail.",
        docs="https://docs.aws.amazon.com/ses/latest/dg/send-email-api.html",
        values=(
            *ACCESS_KEY,
            Value(name="region", title="Region", is_required=True, pattern=REGION),
            FROM,
        ),
        hosts=AWS_HOSTS,
        probe="aws",
    ),
    Kind(
        name="sms_twilio",
        title="Twilio",
        description="An account for text messages by Twilio.",
        docs="https://www.twilio.com/docs/iam/api/account",
        values=(
            Value(
                name="account_sid",
                title="Account SID",
                is_required=True,
                pattern="AC[0-9A-Za-z]+",
            ),
            Value(
                name="auth_token",
                title="Auth token",
                is_secret=True,
                is_required=True,
                pattern=r"[!-~]*",
            ),
            Value(name="from_number", title="From number", pattern=r"\+[0-9]{4,15}"),
            Value(
                name="messaging_service_sid",
                title="Messaging service SID",
                pattern="MG[0-9A-Za-z]+",
            ),
        ),
        main="auth_token",
        hosts=("api.twilio.com",),
        probe=Call(
            base="https://api.twilio.com",
            path="/2010-04-01/Accounts/{account_sid}.json",
            basic=("{account_sid}", "{auth_token}"),
        ),
    ),
    Kind(
        name="sms_aws_sns",
        title="Amazon SNS",
        description="An access key for text messages and topics.",
        docs="https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html",
        values=(
            *ACCESS_KEY,
            Value(name="region", title="Region", is_required=True, pattern=REGION),
            Value(name="topic_arn", title="Topic ARN", pattern=r"arn:[A-Za-z0-9:_./-]+"),
        ),
        hosts=AWS_HOSTS,
        probe="aws",
    ),
    Kind(
        name="sms_messagebird",
        title="MessageBird",
        description="A key for text messages by MessageBird.",
        docs="https://developers.messagebird.com/api/#authentication",
        values=(KEY, Value(name="originator", title="Originator", pattern=r"[+A-Za-z0-9 ]{1,17}")),
        hosts=("rest.messagebird.com",),
        probe=Call(
            base="https://rest.messagebird.com",
            path="/balance",
            headers={"Authorization": "AccessKey {api_key}"},
        ),
    ),
)
