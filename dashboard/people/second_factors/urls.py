"""URL patterns of those pages of allauth's second factors that are used."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from dashboard.people.second_factors.whole import whole

urlpatterns = [
    path("", base.index, name="mfa_index"),
    path("authenticate/", base.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", base.reauthenticate, name="mfa_reauthenticate"),
    path("app/activate/", whole(totp.activate_totp), name="mfa_activate_totp"),
    path("app/deactivate/", whole(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/generate/", whole(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("keys/add/", whole(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("keys/<int:pk>/remove/", whole(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("keys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("keys/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("keys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
]
