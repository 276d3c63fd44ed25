/** The import rules of ARCHITECTURE.md: imports point one way, and there are no cycles, types included. */
const core = (from, allowed) => ({
  name: `core-${from}`,
  comment: `src/core/${from} may import ${allowed.join(', ')} only`,
  severity: 'error',
  from: { path: `^src/core/${from}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: `^src/core/(${[from, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    core('common', []),
    core('ports', ['common']),
    core('log', ['common', 'ports']),
    core('broker', ['common', 'ports', 'log']),
    core('clients', ['common', 'ports', 'log', 'broker']),
    core('serde', ['common']),
    core('sql', ['common']),
    core('streams', ['common', 'ports', 'log', 'broker', 'clients']),
    core('ksql', ['common', 'ports', 'log', 'broker', 'clients', 'serde', 'sql', 'streams']),
    core('connect', ['common', 'ports', 'log', 'broker', 'clients', 'serde', 'sql', 'streams', 'ksql']),
    {
      name: 'adapters',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(adapters|core/ports|core/common)/' },
    },
    {
      name: 'protocol',
      severity: 'error',
      from: { path: '^src/protocol/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(protocol|core)/' },
    },
    {
      name: 'client',
      severity: 'error',
      from: { path: '^src/client/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(client|protocol|core)/' },
    },
    {
      name: 'library',
      severity: 'error',
      from: { path: '^src/library/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(library|adapters|core)/' },
    },
    {
      name: 'ui-on-top',
      severity: 'error',
      from: { path: '^src/(core|adapters|library|protocol|client)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src/ui|workers|cli|test|bench|e2e)/' },
    },
    {
      name: 'core-is-pure',
      comment: 'the engine uses no Node module and only portable libraries',
      severity: 'error',
      from: { path: '^src/core/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^cli/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
};
