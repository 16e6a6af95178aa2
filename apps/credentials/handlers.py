"""What lies sealed in this context, said to whoever changes the installation's key; and who has gone, to whom it was granted."""

from apps.accounts import facade as accounts
from apps.core.events import subscribe
from apps.credentials.services import losses, reminders, using
from apps.credentials.services.consents import PROOF_PLACE
from apps.credentials.services.envelope import DEK_PLACE
from apps.credentials.services.rekeying import Rekeying
from apps.credentials.services.tokens import TOKEN_PLACE
from apps.keys import facade as keys
from apps.tenants.events import MembershipEnded, RoleRemoved


def forget_member(event: MembershipEnded) -> None:
    using.forget(event.schema, str(event.user_id))


def forget_role(event: RoleRemoved) -> None:
    using.forget(event.schema, str(event.role_id))


subscribe(MembershipEnded, forget_member)
subscribe(RoleRemoved, forget_role)
keys.hold(keys.Holder("credentials_credential", "dek", DEK_PLACE))
keys.hold(keys.Holder("credentials_connection", "dek", TOKEN_PLACE))
keys.hold(keys.Holder("credentials_consent", "sealed_proof", PROOF_PLACE))
keys.rework(Rekeying())
accounts.composes(
    reminders.KIND, lambda letter: reminders.word(letter.subject_id or letter.pk, letter.facts)
)
accounts.composes(losses.KIND, lambda letter: losses.word(**letter.facts))
