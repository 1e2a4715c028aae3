/** Where a limit holds, and what a kill switch stops. */
export type Scope =
  | { readonly of: 'firm' }
  | { readonly of: 'session' }
  | { readonly of: 'strategy'; readonly name: string }
  | { readonly of: 'symbol'; readonly name: string };

/** `firm`, `session`, `strategy:NAME`, `symbol:NAME`: as journal, logs and people have it. @param firm another word for it */
export const scopeText = (scope: Scope, firm = 'firm'): string => {
  if (scope.of === 'firm') return firm;
  return scope.of === 'session' ? scope.of : `${scope.of}:${scope.name}`;
};

/** Reads what `scopeText` writes; `all` is the firm. Undefined for anything else. */
export const parseScope = (text: string): Scope | undefined => {
  if (text === 'firm' || text === 'all') return { of: 'firm' };
  if (text === 'session') return { of: 'session' };
  const [, of, name] = /^(strategy|symbol):(.+)$/.exec(text) ?? [];
  return of === undefined || name === undefined ? undefined : { of: of as 'strategy' | 'symbol', name };
};
