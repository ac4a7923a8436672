# Two stages: the first has the installer, the second only Python, the locked packages and the application.
# Runs as uid 10001, writes nowhere but in /var/lib/laurel and /tmp, so it can run with --read-only (see compose.yaml).
# Pin the base by digest when you build for production: --build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1
COPY .ci/uv.txt /tmp/uv.txt
RUN pip install --require-hashes --requirement /tmp/uv.txt
WORKDIR /srv/laurel
# The packages first: this layer is rebuilt only when the lock file changes.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE NOTICE ./
COPY app ./app
COPY migrations ./migrations
# Readable by the user that runs it, whatever the umask of the machine that builds.
RUN uv sync --frozen --no-dev && chmod -R a+rX /srv/laurel

FROM ${PYTHON_IMAGE} AS run
LABEL org.opencontainers.image.title="Laurel" \
      org.opencontainers.image.description="Issue, publish and verify Open Badges 3.0 micro-credentials" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 laurel \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin laurel \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/laurel
WORKDIR /srv/laurel
# Owned by root and not writable by the user that runs it.
COPY --from=build /srv/laurel /srv/laurel
ENV PATH=/srv/laurel/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LAUREL_DATA_DIR=/var/lib/laurel \
    LAUREL_HOST=0.0.0.0 \
    LAUREL_PORT=8000
# Set LAUREL_MIGRATE_ON_START=true to let the container bring the database to its schema before it serves;
# leave it and run `laurel migrate` as a step of its own where several containers start at once.
USER 10001:10001
VOLUME /var/lib/laurel
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['LAUREL_PORT']}/healthz\", timeout=4)"]
CMD ["laurel", "serve"]
