"""What lies sealed in this context, said to whoever changes the installation's key."""

from apps.credentials.services.envelope import DEK_PLACE
from apps.credentials.services.rekeying import Rekeying
from apps.keys import facade as keys

keys.hold(keys.Holder("credentials_credential", "dek", DEK_PLACE))
keys.rework(Rekeying())
