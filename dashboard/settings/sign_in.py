"""Sign-in: passwords, second factors, single sign-on, sessions, and mail about them."""

from typing import Any

from dashboard import environment

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# scrypt is memory-hard, and a sign-in takes a tenth of the time that PBKDF2 takes.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "dashboard.people.password_words.CommonWordsValidator"},
    {"NAME": "dashboard.people.password_words.AnotherPasswordValidator"},
]
GATEHOUSE_PASSWORD_WORDS = environment.listing("GATEHOUSE_PASSWORD_WORDS")
ACCOUNT_ADAPTER = "dashboard.people.adapter.ConsoleAccountAdapter"
ACCOUNT_FORMS = {"login": "dashboard.people.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Guessed passwords are counted in dashboard/people/lockout.py. allauth's limits of sign-ins by address would lock out
# everybody behind one address; what is left of them is for guessing second factors, which takes the password.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Whoever tries a copy out on their own machine, and scripts there, read the first passwords from run.json. Where others
# reach the console, none is kept, whatever this says: see dashboard/edge.py.
GATEHOUSE_FIRST_PASSWORDS = environment.choice("GATEHOUSE_FIRST_PASSWORDS", "keep", ("keep", "change"))
# EMAIL_BACKEND and the other EMAIL_* settings of the mail server.
vars().update(environment.mail_server("EMAIL_URL"))
GATEHOUSE_SENDS_MAIL = bool(environment.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = environment.text("GATEHOUSE_MAIL_FROM", "gatehouse@localhost")
MFA_ADAPTER = "dashboard.people.second_factors.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Gatehouse"
# Clocks are off by some seconds, and people type slowly: the code before and after counts too (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
# The table of rights says where the password is asked for again, for these pages too.
MFA_REAUTHENTICATION_REQUIRED = False
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
GATEHOUSE_REQUIRE_SECOND_FACTOR = environment.choices(
    "GATEHOUSE_REQUIRE_SECOND_FACTOR", ("read_only", "reviewer", "analyst", "policy_admin", "admin")
)
# Single sign-on. Without an issuer there is no provider, and its addresses are answered with 404.
GATEHOUSE_OIDC_ISSUER = environment.secure_url("GATEHOUSE_OIDC_ISSUER")
GATEHOUSE_OIDC_NAME = environment.text("GATEHOUSE_OIDC_NAME", "your organisation")
GATEHOUSE_OIDC_GROUPS_CLAIM = environment.text("GATEHOUSE_OIDC_GROUPS_CLAIM", "groups")
GATEHOUSE_OIDC_ROLES = environment.mapping(
    "GATEHOUSE_OIDC_ROLES", ("read_only", "reviewer", "analyst", "policy_admin", "admin")
)
GATEHOUSE_OIDC_ONLY = environment.flag("GATEHOUSE_OIDC_ONLY", default=False) and bool(GATEHOUSE_OIDC_ISSUER)
SOCIALACCOUNT_ADAPTER = "dashboard.people.single_sign_on.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": GATEHOUSE_OIDC_NAME,
                "client_id": environment.text("GATEHOUSE_OIDC_CLIENT_ID"),
                "secret": environment.text("GATEHOUSE_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": GATEHOUSE_OIDC_ISSUER},
            }
        ]
        if GATEHOUSE_OIDC_ISSUER
        else [],
    }
}
SESSION_ENGINE = "dashboard.people.session_store"
SESSION_IDLE_SECONDS = environment.integer("GATEHOUSE_SESSION_IDLE_MINUTES", 60, low=1, high=60 * 24 * 31) * 60
SESSION_COOKIE_AGE = environment.integer("GATEHOUSE_SESSION_HOURS", 12, low=1, high=24 * 31) * 3600
ACCOUNT_REAUTHENTICATION_TIMEOUT = (
    environment.integer("GATEHOUSE_REAUTHENTICATION_MINUTES", 15, low=1, high=24 * 60) * 60
)
