# One image for every process of Rounds; the command says which (see docker-compose.yml).
# The tree is copied with its workspace links: Node strips types, but not of files copied under node_modules.
FROM node:24-slim AS tree
WORKDIR /rounds
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY services services
COPY stack stack
COPY tests/package.json tests/package.json
COPY web web
RUN npm ci --omit=optional --ignore-scripts \
 && npm run build --workspace @rounds/web \
 && npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /rounds
COPY --from=tree /rounds /rounds
RUN install -d -o node -g node /artifacts
USER node
VOLUME /artifacts
# A service answers here; docker-compose.yml and Kubernetes probe it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.OPS_PORT + '/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "services/gateway/src/main.ts"]
