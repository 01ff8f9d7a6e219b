# syntax=docker/dockerfile:1

# ---- build: the same `make build` as anywhere else
FROM rust:1.95-bookworm AS build
# Debian's own Node is older than the style sheet's compiler needs.
COPY --from=node:22-bookworm-slim /usr/local/bin/node /usr/local/bin/node
COPY --from=node:22-bookworm-slim /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
# Tools, packages and build files are kept between builds; what is shipped is copied out of the mounts.
RUN --mount=type=cache,target=/root/.cache/minicrm \
    --mount=type=cache,target=/root/.npm \
    --mount=type=cache,target=/usr/local/cargo/registry \
    CARGO_TARGET_DIR=/root/.cache/minicrm/target make build

# ---- run: the binary and its files, and nothing to build with
FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home minicrm \
    && mkdir /data && chown minicrm /data
COPY --from=build /src/dist /opt/minicrm
USER minicrm
WORKDIR /data
VOLUME /data
ENV DATA_DIR=/data LISTEN_ADDR=0.0.0.0:3000 BASE_URL=http://localhost:3000
EXPOSE 3000
# By bash's own network redirection: the image has no curl.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/minicrm/minicrm"]
CMD ["serve"]
