"""What lies sealed in this context, said to whoever changes the installation's key."""

from apps.accounts import facade as accounts
from apps.credentials.services import losses, reminders
from apps.credentials.services.consents import PROOF_PLACE
from apps.credentials.services.envelope import DEK_PLACE
from apps.credentials.services.rekeying import Rekeying
from apps.credentials.services.tokens import TOKEN_PLACE
from apps.keys import facade as keys

keys.hold(keys.Holder("credentials_credential", "dek", DEK_PLACE))
keys.hold(keys.Holder("credentials_connection", "dek", TOKEN_PLACE))
keys.hold(keys.Holder("credentials_consent", "sealed_proof", PROOF_PLACE))
keys.rework(Rekeying())
accounts.composes(
    reminders.KIND, lambda letter: reminders.word(letter.subject_id or letter.pk, letter.facts)
)
accounts.composes(losses.KIND, lambda letter: losses.word(**letter.facts))
