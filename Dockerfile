# Slipway's portal, and nothing of what provisions: no Pulumi, no emulator, no compiler. Where its catalog is a clone
# (--catalog-clone), it wants git beside it: `--target with-git` has that, the last stage has no more than the portal.
#
#   digest=$(docker buildx imagetools inspect docker.io/library/python:3.11-slim-bookworm --format '{{.Manifest.Digest}}')
#   docker build --build-arg BASE_DIGEST=$digest --build-arg REVISION=$(git rev-parse HEAD) -t slipway-portal .
#   docker run --read-only --tmpfs /var/lib/slipway:uid=10001 -p 8080:8080 --env-file portal.env slipway-portal
#
# It writes to /var/lib/slipway alone, and keeps nothing there that another copy would need: docs/operate.md.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG BASE_DIGEST

FROM ${BASE}@${BASE_DIGEST} AS packages
WORKDIR /build
COPY requirements-portal.lock ./
RUN python -m venv --without-pip /opt/slipway \
    && python -m pip --python /opt/slipway/bin/python install --no-cache-dir --disable-pip-version-check \
       --require-hashes --only-binary :all: -r requirements-portal.lock

FROM ${BASE}@${BASE_DIGEST} AS portal
ARG BASE
ARG BASE_DIGEST
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="slipway-portal" \
      org.opencontainers.image.description="Slipway's portal: services, settings and releases on AWS ECS" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${BASE}" \
      org.opencontainers.image.base.digest="${BASE_DIGEST}"

# What installs packages is of no use to a running portal, but to whoever broke into it.
RUN python -m pip uninstall --yes --quiet --root-user-action ignore pip setuptools wheel \
    && mkdir -p /var/lib/slipway \
    && chown 10001:10001 /var/lib/slipway

COPY --from=packages /opt/slipway /opt/slipway
COPY requirements-portal.lock /opt/slipway/
WORKDIR /app
COPY service_catalog service_catalog
COPY runtime runtime
COPY deploy deploy
COPY local_cloud local_cloud
COPY portal portal
COPY cli cli
RUN /opt/slipway/bin/python -m compileall -q /app /opt/slipway/lib

ENV PATH=/opt/slipway/bin:$PATH \
    HOME=/var/lib/slipway \
    TMPDIR=/var/lib/slipway \
    SLIPWAY_STATE=/var/lib/slipway \
    SLIPWAY_HOST=0.0.0.0 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
VOLUME ["/var/lib/slipway"]
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "cli"]
CMD ["portal"]

FROM portal AS with-git
USER 0:0
# Whoever builds it again gets Debian's fixes; a version written down here would be gone from its mirrors in weeks.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git openssh-client \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001

FROM portal
