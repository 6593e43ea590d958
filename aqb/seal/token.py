"""Keys that never leave their module: PKCS#11, by way of python-pkcs11.

The module is set up without locks of its own (C_Initialize without arguments), so only one thread at a time may use the
key; `aqb.seal` sees to that.
"""

from contextlib import suppress
from typing import Any

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, ObjectClass, PKCS11Error

from aqb.seal.keys import Configuration, Key, Unusable, certificates, passphrase, passphrase_variable


def opened(chosen: Configuration) -> Key:
    """The key in the module that AQB_SEAL_PKCS11 names; raises Unusable."""
    missing = [
        name for name, value in (("AQB_SEAL_TOKEN", chosen.token), ("AQB_SEAL_LABEL", chosen.label)) if not value
    ]
    if missing:
        raise Unusable(f"Zu AQB_SEAL_PKCS11 fehlt {' und '.join(missing)}: der Name des Tokens und der des Schlüssels.")
    chain = certificates("AQB_SEAL_CHAIN", chosen.chain) if chosen.chain else ()
    session = _session(chosen)
    own = x509.Certificate.load(_object(session, ObjectClass.CERTIFICATE, chosen)[Attribute.VALUE])
    _object(session, ObjectClass.PRIVATE_KEY, chosen)

    def signer() -> object:
        from pyhanko.sign.pkcs11 import PKCS11Signer

        return PKCS11Signer(
            session,
            signing_cert=own,
            ca_chain=chain,
            key_label=chosen.label,
            # Signing a digest is what every module can do with an EC key; hashing by itself is not (SoftHSM).
            use_raw_mechanism=own.public_key.algorithm == "ec",
        )

    return Key(own, chain, signer, failures=(PKCS11Error,))


def _session(chosen: Configuration) -> Any:
    try:
        library = pkcs11.lib(chosen.pkcs11)
        with suppress(PKCS11Error):
            library.finalize()  # sessions of a token that went away end; not having been started is no failure
        library.initialize()
    except PKCS11Error as error:
        raise Unusable(f"AQB_SEAL_PKCS11: Das Modul {chosen.pkcs11} lässt sich nicht laden.") from error
    try:
        token = library.get_token(token_label=chosen.token)
    except PKCS11Error as error:
        raise Unusable(f"AQB_SEAL_TOKEN: Im Modul {chosen.pkcs11} gibt es kein Token „{chosen.token}“.") from error
    try:
        return token.open(user_pin=passphrase(chosen) or None)
    except PKCS11Error as error:
        variable = passphrase_variable(chosen)
        raise Unusable(
            f"{variable}: Das Token „{chosen.token}“ öffnet sich nicht mit dieser PIN ({type(error).__name__})."
        ) from error


def _object(session: Any, kind: ObjectClass, chosen: Configuration) -> Any:
    found = list(session.get_objects({Attribute.CLASS: kind, Attribute.LABEL: chosen.label}))
    if len(found) != 1:
        what = "ein Zertifikat" if kind == ObjectClass.CERTIFICATE else "einen privaten Schlüssel"
        raise Unusable(
            f"AQB_SEAL_LABEL: Gebraucht wird genau {what} „{chosen.label}“ im Token „{chosen.token}“; "
            f"gefunden: {len(found)}."
        )
    return found[0]
