"""The headers that tell a browser what it must not do, on every answer whatever it is."""

from django.conf import settings

# What none of our pages needs; a passkey is asked for by our own pages only.
_NOT_ALLOWED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb", "xr-spatial-tracking"),
)
_OURS = ("publickey-credentials-create", "publickey-credentials-get", "clipboard-write", "fullscreen")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in _NOT_ALLOWED), *(f"{name}=(self)" for name in _OURS)])
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def safe_headers(get_response):
    """Stands outside of everything: what another layer answers or raises, a static file too, comes by here.

    The Content-Security-Policy and X-Frame-Options come from layers right inside. Django's own layer for https says
    most of these too, but not where it refuses a request itself.
    """
    seconds = settings.SECURE_HSTS_SECONDS
    hsts = f"max-age={seconds}"
    hsts += "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
    hsts += "; preload" if settings.SECURE_HSTS_PRELOAD else ""

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if seconds and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", hsts)
        return response

    return middleware
