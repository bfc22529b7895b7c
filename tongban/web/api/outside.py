"""Where other systems send their results by themselves; each answer is signed."""

import logging
from dataclasses import dataclass

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import APIKeyHeader

from tongban import clock
from tongban.business.cases import outside, outside_http, outside_terms
from tongban.business.cases.outside_models import OutsideService
from tongban.business.cases.outside_problems import SecretMissing

logger = logging.getLogger(__name__)
router = Router(tags=["outside"])


@dataclass(frozen=True)
class Signer:
    """The outside service that a request comes from."""

    code: str

    @property
    def actor(self) -> str:
        return f"outside:{self.code}"


class Signed(APIKeyHeader):
    """By the secret that is shared with the service that the address names."""

    param_name = outside_http.SIGNATURE

    def authenticate(self, request: HttpRequest, key: str | None) -> Signer | None:
        match = request.resolver_match
        code = match.kwargs["code"] if match else ""
        service = OutsideService.objects.filter(code=code).first()
        if service is None or not key:
            return None
        terms = outside_terms.of(service)
        signed = (request.method or "", request.path, request.headers, request.body)
        try:
            return Signer(code) if outside_http.is_signed(terms, *signed, clock.now()) else None
        except SecretMissing as problem:  # not for the eyes of whoever asks
            logger.warning("Outside service %s is not listened to: %s", code, problem.told("en"))
            return None


class Noted(Schema):
    noted: bool = True


@router.post("/outside/{code}/results", response=Noted, auth=Signed())
def results(request: HttpRequest, code: str):
    """The same result may come any number of times and is taken once; another result for the same
    key is refused."""
    outside.receive(code=code, content=request.body, at=clock.now())
    return Noted()
