"""The web server on one small machine: `python -m gunicorn --config deploy/gunicorn.conf.py pluspunt.wsgi`."""

# The socket comes from systemd (pluspunt.socket) and stays open while the server starts anew: who comes then waits.
worker_class = "gthread"
workers = 2
threads = 4
# Longer than the longest request of ours (a year of figures), shorter than the patience of nginx.
timeout = 60
# Told to stop, it finishes what it is doing.
graceful_timeout = 30
keepalive = 5
# A process that leaks is renewed before anybody notices, not all at once.
max_requests = 5000
max_requests_jitter = 500
# In memory: gunicorn writes signs of life into a file.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# It opens a socket of its own for commands otherwise.
control_socket_disable = True
# nginx stands before it, and nobody else can reach the socket.
forwarded_allow_ips = "*"
limit_request_line = 4094
limit_request_fields = 60

# One line per request is written by `pluspunt.middleware.tell_log`, without addresses that hold keys.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "addresses": {"()": "django.utils.log.CallbackFilter", "callback": "pluspunt.logs.hide_addresses"},
    },
    "formatters": {"lines": {"()": "pluspunt.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["addresses"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
