// Walls of the house (ARCHITECTURE.md). Each was tried with a planted offence.
const wall = (name, from, to) => ({ name, severity: 'error', from, to })

/** One room per technology: outside `home` nobody imports it. */
const only = (home, technology) =>
  wall(
    `${technology} in its room`,
    { path: '^(libs|services|web)/', pathNot: home },
    { path: `^node_modules/${technology}` },
  )

// Its files are not in modules yet.
const mailer = '^services/mailer/'

const tests = ['\\.test\\.tsx?$', '^(libs|services)/[^/]+/test/']

export default {
  forbidden: [
    // Services talk by events. A shared need goes to libs/.
    wall('islands', { path: '^services/([^/]+)/' }, { path: '^services/', pathNot: '^services/$1/' }),
    wall('libs do not know who uses them', { path: '^libs/' }, { path: '^services/' }),
    wall(
      'kernel imports no other library',
      { path: '^libs/kernel/', pathNot: tests },
      { pathNot: ['^libs/kernel/', '^(node:)?[a-z/]+$'] },
    ),
    wall(
      'mongo does not know the ledger',
      { path: '^libs/mongo/', pathNot: tests },
      { path: '^libs/(ledger|service)/' },
    ),
    wall(
      'nor does anybody know the stack',
      { path: '^(libs|services)/', pathNot: tests },
      { path: '^(stack|web|tests)/' },
    ),
    wall(
      'nor do their tests, but for the chat sink',
      { path: '^(libs|services)/' },
      { path: '^(stack|web|tests)/', pathNot: '^stack/chat-sink/' },
    ),
    // Web, tests and every service import contracts; it must cost them nothing.
    wall(
      'pure',
      { path: '^libs/contracts/', pathNot: tests },
      { pathNot: '^(libs/contracts|node_modules/typebox)/' },
    ),
    // The mailer sends what the gateway shows, and neither may learn of the other's technology here.
    wall(
      'mail decides, and touches nothing',
      { path: '^libs/mail/', pathNot: [...tests, '^libs/mail/src/mjml-pages\\.ts$'] },
      {
        pathNot:
          '^(libs/(mail|contracts)/|node_modules/(typebox|liquidjs|postal-mime|temporal-polyfill)/|(node:)?(crypto|fs|url)$)',
      },
    ),
    // The notifier posts what the gateway shows and seals.
    wall(
      'chat decides, and touches nothing',
      { path: '^libs/chat/', pathNot: tests },
      { pathNot: '^(libs/(chat|contracts)/|(node:)?crypto$)' },
    ),
    // What a service does is known inside it alone. Its configuration is described by `npm run generate`, its encoder
    // is what the stories compare a downloaded file with.
    wall(
      'services from outside',
      { path: '^(stack|tests|web)/', pathNot: '^stack/src/generate/documents\\.ts$' },
      { path: '^services/', pathNot: '^services/reports/src/exports/encode\\.ts$' },
    ),
    wall(
      'generate knows configurations only',
      { path: '^stack/src/generate/documents\\.ts$' },
      { path: '^services/', pathNot: '^services/[^/]+/src/config\\.ts$' },
    ),
    wall(
      'web knows the HTTP contracts only',
      { path: '^web/' },
      { path: '^(libs|services|stack)/', pathNot: '^libs/contracts/src/http\\.ts$' },
    ),
    // What a module offers stands in its index.ts; everything else in it may change without anybody knowing.
    wall(
      'a module is imported by its index',
      { path: '^services/([^/]+)/src/([^/]+)/', pathNot: tests },
      {
        path: '^services/$1/src/[^/]+/',
        pathNot: ['^services/$1/src/$2/', '^services/$1/src/[^/]+/index\\.ts$'],
      },
    ),
    wall(
      'main imports modules by their index',
      { path: '^services/[^/]+/src/[^/]+\\.ts$', pathNot: [...tests, mailer] },
      { path: '^services/[^/]+/src/[^/]+/', pathNot: '/index\\.ts$' },
    ),
    wall(
      'slices of the mailer do not import each other',
      { path: '^services/mailer/src/([^/]+)/', pathNot: tests },
      {
        path: '^services/mailer/src/[^/]+/',
        pathNot: '^services/mailer/src/$1/',
        dependencyTypesNot: ['type-only'],
      },
    ),
    // Whoever decides something is given what it needs: an adapter is put in by its module's index, or by a command.
    wall(
      'only an index puts adapters in',
      {
        path: '^services/',
        pathNot: [
          '/index\\.ts$',
          '/[a-z-]+-cli\\.ts$',
          '^services/provisioner/src/(main|config)\\.ts$',
          '^services/mailer/src/main\\.ts$',
          '/mongo-[^/]+\\.ts$',
          ...tests,
        ],
      },
      { path: '/mongo-[^/]+\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    wall('no circles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    only('^libs/messaging/', '@nats-io/'),
    only(
      [
        '^libs/(mongo|ledger|local-servers)/',
        '/mongo-[^/]+\\.ts$',
        '^services/gateway/src/http/indexes\\.ts$',
        ...tests,
      ],
      'mongodb/',
    ),
    only('^services/gateway/', 'fastify/'),
    only('^libs/schedule/', 'node-cron/'),
    only(['/google-chat\\.ts$', ...tests], 'undici/'),
    only(['^libs/schedule/', '/quiet-hours\\.ts$'], 'temporal-polyfill/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
