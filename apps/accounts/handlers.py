"""Who words which letter, at the moment in which it is sent; the bell after one was written; and what is sealed here."""

from apps.accounts import tasks
from apps.accounts.events import LetterWritten
from apps.accounts.services import letters, passkeys, passwords, proofs, rescue, second_factor, totp
from apps.core.events import subscribe
from apps.keys import facade as keys


def ring(event: LetterWritten) -> None:
    # Whoever hears nothing looks by itself within half a minute.
    tasks.deliver_letters.apply_async(expires=30, retry=False)


subscribe(LetterWritten, ring)
letters.composes("verify_email", proofs.word_verify_email)
letters.composes("change_email", proofs.word_change_email)
letters.composes("email_changed", proofs.word_email_changed)
letters.composes("reset_password", proofs.word_reset_password)
letters.composes("password_changed", passwords.word_password_changed)
letters.composes("account_closed", passwords.word_account_closed)
letters.composes("passkey_added", passkeys.word_passkey_added)
letters.composes("app_added", second_factor.word_app_added)
letters.composes("app_removed", second_factor.word_app_removed)
letters.composes("second_factor_taken", rescue.word_second_factor_taken)
letters.composes("recovery_used", second_factor.word_recovery_used)
letters.composes("codes_guessed", second_factor.word_codes_guessed)
keys.hold(keys.Holder("accounts_totp", "sealed", totp.PLACE))
