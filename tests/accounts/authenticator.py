"""A device with passkeys, as a browser shows it: key pairs on P-256, answers in WebAuthn's JSON."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
NO_AAGUID = b"\0" * 16


class Device:
    """Makes one key pair and signs with it. `origin` is what the browser says where it is."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = hashlib.sha256(str(id(self)).encode()).digest()
        self.user_handle = b""
        self.count = 0
        self.flags = PRESENT | VERIFIED

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        self.user_handle = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AttestedCredentialData.create(NO_AAGUID, self.credential_id, public)
        said = self._said("webauthn.create", options["challenge"])
        about = self._about(options["rp"]["id"], self.flags | ATTESTED, data)
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(about)})
        return self._answer(
            {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(attested)}
        )

    def sign(self, options: dict[str, Any], rp_id: str = "") -> dict[str, Any]:
        self.count += 1
        said = self._said("webauthn.get", options["challenge"])
        about = self._about(rp_id or options["rpId"], self.flags, b"")
        digest = hashlib.sha256(said).digest()
        signature = self.key.sign(bytes(about) + digest, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(bytes(about)),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.user_handle),
            }
        )

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _about(self, rp_id: str, flags: int, data: bytes) -> AuthenticatorData:
        rp_hash = hashlib.sha256(rp_id.encode()).digest()
        return AuthenticatorData.create(rp_hash, flags, self.count, data)

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
