"""`make up` and `make dev`: everything on one machine, over plain http on localhost."""

from csp import constants as csp

from gorax.settings.base import *

GORAX_MAIL_FOLDER = ENV.mail.folder

if ENV.dev:
    DEBUG = True
    DJANGO_VITE["default"] |= {
        "dev_mode": True,
        "dev_server_host": "localhost",
        "dev_server_port": ENV.vite_port,
    }
    # Vite serves the modules itself, writes styles into the page, and tells of changes over a socket.
    VITE = f"http://localhost:{ENV.vite_port}"
    CONTENT_SECURITY_POLICY["DIRECTIVES"] |= {
        "script-src": [csp.SELF, csp.NONCE, VITE],
        "style-src": [csp.SELF, csp.UNSAFE_INLINE, VITE],
        "font-src": [csp.SELF, VITE],
        "img-src": [csp.SELF, "data:", "blob:", VITE],
        "connect-src": [csp.SELF, VITE, VITE.replace("http", "ws", 1)],
        "require-trusted-types-for": None,
    }
