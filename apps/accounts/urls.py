"""Routes of one's own account, on the host where people sign in; and the mail that development keeps."""

from django.urls import path

from apps.accounts.api.views import account, dev_mail

urlpatterns = [
    path("api/v1/account", account.Account.as_view()),
    path("api/v1/account/verification", account.Verification.as_view()),
    path("api/v1/account/email", account.Email.as_view()),
    path("api/v1/account/password", account.Password.as_view()),
    path("api/v1/account/close", account.Closing.as_view()),
    path("api/v1/account/app", account.App.as_view()),
    path("api/v1/account/app/confirm", account.AppConfirmation.as_view()),
    path("api/v1/account/recovery-codes", account.RecoveryCodes.as_view()),
    path("api/v1/account/passkeys", account.Passkeys.as_view()),
    path("api/v1/account/passkeys/begin", account.PasskeyBegin.as_view()),
    path("api/v1/account/passkeys/<uuid:passkey_id>", account.OnePasskey.as_view()),
    path("dev/mail", dev_mail.letters),
    path("dev/mail/<uuid:letter_id>", dev_mail.letter),
    path("dev/mail/<uuid:letter_id>/html", dev_mail.letter, {"part": "html"}),
]
