"""What proves a seal later: time stamps (RFC 3161), and the issuers' word that no certificate is revoked."""

import logging

from asn1crypto import cms, x509
from django.conf import settings
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers.api import FetchLimits
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from aqb.access import Refused
from aqb.seal.keys import Key, trusted

log = logging.getLogger(__name__)

NOTHING = "Es ist nichts geschehen; bitte versuchen Sie es später noch einmal."
NO_ANSWER = f"Der Zeitstempeldienst antwortet nicht. {NOTHING}"
NO_STAMP = f"Der Zeitstempeldienst hat keinen gültigen Zeitstempel geliefert. {NOTHING}"
LIMITS = FetchLimits(max_requests=20)  # a chain of certificates needs three or four


class Stamper(RequestsHTTPTimeStamper):
    """Time stamps from AQB_TSA_URL; one that does not fit what was asked for is refused before it is stored for good."""

    def __init__(self) -> None:
        super().__init__(settings.TSA_URL, timeout=settings.SEAL_TIMEOUT)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A stamp for this digest. Raises Refused when the service does not answer or answers with something else."""
        try:
            stamp = await super().async_timestamp(message_digest, md_algorithm)
            # Only whether the stamp is sound; who vouches for it is for `collected` and for readers.
            everybody = ValidationContext(trust_roots=[one.chosen for one in stamp["content"]["certificates"]])
            status = await validate_tst_signed_data(stamp["content"], everybody, lambda _: message_digest)
        except TimestampRequestError as error:
            log.warning("Zeitstempeldienst %s: %s (%s)", settings.TSA_URL, error, error.__cause__)
            raise Refused(NO_ANSWER if isinstance(error.__cause__, OSError) else NO_STAMP) from error
        except (SignatureValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
            # What pyHanko and asn1crypto raise when they are handed something that is no time stamp.
            log.warning("Zeitstempeldienst %s: unlesbare Antwort (%s)", settings.TSA_URL, error)
            raise Refused(NO_STAMP) from error
        if not (status["intact"] and status["valid"]):
            raise Refused(NO_STAMP)
        return stamp


def stamper() -> Stamper | None:
    """The time stamp service, where one is named. Not reused: the certificate of the service may change."""
    return Stamper() if settings.TSA_URL else None


async def collected(key: Key, stamps: Stamper | None) -> ValidationContext | None:
    """Lists and answers about the certificates of the seal and of the time stamp service, fetched now; complete or None.

    Raises Refused when one of the certificates is revoked. Anything missing is logged, the seal then goes without.
    """
    if not settings.SEAL_REVOCATION:
        return None
    context = ValidationContext(
        trust_roots=_roots(key),
        other_certs=key.chain,
        allow_fetching=True,
        revocation_mode="require",
        fetcher_backend=RequestsFetcherBackend(per_request_timeout=settings.SEAL_TIMEOUT, limits=LIMITS),
    )
    whose = "Siegels"
    try:
        await CertificateValidator(key.certificate, key.chain, context).async_validate_usage(set())
        whose = "Zeitstempeldienstes"
        if stamps:
            async for _ in stamps.validation_paths(context):
                pass
    except RevokedError as error:
        raise Refused(f"Das Zertifikat des {whose} ist gesperrt. Es ist nichts geschehen.") from error
    except (PathError, ValidationError) as error:
        log.warning("Siegel ohne Prüfdaten für die Langzeit: Zertifikat des %s: %s", whose, error)
        return None
    return context


def _roots(key: Key) -> list[x509.Certificate]:
    """Where chains end: what the chain of the seal brings along, and the folder of trusted certificates."""
    chain = [one for one in key.chain if one.self_issued] or list(key.chain[-1:])
    return [*chain, *trusted()]
