export { suggest } from '../../engine/domain/suggest.ts';
export * from './defaults.ts';
export { freezeDeep } from './freeze.ts';
export { emptyConfig, type LoadedConfig, loadConfig, parseConfig } from './load-config.ts';
export { type Config, configSchema } from './schema.ts';
export { sessionConfigOf } from './venue-session.ts';
