# One image: the server and its commands. See docs/operations/deploy.md.
FROM node:26.10.0-trixie-slim AS packages
WORKDIR /gatehouse
COPY package.json package-lock.json ./
COPY packages/contract/package.json packages/contract/
COPY packages/sdk/package.json packages/sdk/
COPY packages/server/package.json packages/server/
COPY demo/package.json demo/
# The image brings Node, so the ones that npm would bring stay out.
RUN npm ci --omit=dev --workspace packages/server --workspace packages/contract --workspace packages/sdk \
  && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/node-darwin-* node_modules/node-win-* \
  && npm cache clean --force

FROM node:26.10.0-trixie-slim
ENV NODE_ENV=production \
    GATEHOUSE_HOST=0.0.0.0 \
    GATEHOUSE_PORT=4000 \
    GATEHOUSE_DATA=/data
WORKDIR /gatehouse
COPY --from=packages /gatehouse/node_modules node_modules
COPY package.json LICENSE ./
COPY packages/contract packages/contract
COPY packages/sdk packages/sdk
COPY packages/server packages/server
RUN install -d -o node -g node -m 0700 /data \
  && printf '#!/bin/sh\nexec node --disable-warning=ExperimentalWarning /gatehouse/packages/server/src/main.ts "$@"\n' > /usr/local/bin/gatehouse \
  && chmod 0755 /usr/local/bin/gatehouse
USER node
VOLUME /data
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.GATEHOUSE_PORT + '/health/ready').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["gatehouse"]
CMD ["serve"]
