export { suggest } from '../../engine/domain/suggest.ts';
export { WIDE_LIMITS } from '../../engine/risk/limits.ts';
export type { ControlSettings } from './control-schema.ts';
export * from './defaults.ts';
export { freezeDeep } from './freeze.ts';
export { emptyConfig, type LoadedConfig, loadConfig, parseConfig, type Where } from './load-config.ts';
export { type Config, configSchema } from './schema.ts';
export { type VenueDictionaries, venueDictionaries } from './venue-dictionaries.ts';
export { sessionConfigOf } from './venue-session.ts';
