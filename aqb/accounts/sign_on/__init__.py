"""Single sign-on by the administration's service (OpenID Connect)."""
