# One image for web, workers and beat: compose.yaml says which of them a container is. No key is ever in it.
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE}
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/familylink/bin:$PATH \
    DJANGO_STATIC_ROOT=/srv/static FAMILYLINK_STATE=/tmp/familylink

COPY requirements.txt /srv/
RUN python3 -m venv /opt/familylink && \
    python3 -m pip install --no-cache-dir --require-hashes -r /srv/requirements.txt

WORKDIR /srv/familylink
COPY manage.py ./
COPY familylink familylink
COPY matching matching
COPY notifications notifications
# Keys and a database are named only so that the settings can be read: neither is used here.
RUN export DATABASE_URL=postgres://nowhere/nothing && python3 -m familylink.embedded keys >/tmp/keys.env && \
    FAMILYLINK_KEYS_FILE=/tmp/keys.env python3 manage.py compile_translations && \
    FAMILYLINK_KEYS_FILE=/tmp/keys.env python3 manage.py collectstatic --noinput --verbosity 0 && \
    rm -r /tmp/*

RUN useradd --uid 10001 familylink
USER familylink
EXPOSE 8000
CMD ["gunicorn", "familylink.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
