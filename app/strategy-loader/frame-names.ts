/** The name that the frames of a strategy's own text carry in a stack; `originalStack` translates them. */
export const bundleFilename = (name: string): string => `hotlap-strategy:${name}`;
/** The same for its library, whose frames are told as they are. */
export const LIBRARY_FILENAME = 'hotlap-library:';
