export { type BundledStrategy, bundleStrategy } from './bundle-strategy.ts';
export { checkedParams } from './checked-params.ts';
export { compileStrategies, compileStrategy, libraryCode } from './compile-strategy.ts';
export { findStrategy, shippedStrategies } from './find-strategy.ts';
export { type DataRequest, type LoadedData, type LoadedFile, loadData } from './load-data.ts';
export { originalPlace, originalStack } from './original-stack.ts';
