/** The cache of answers that all pages share, and what counts as worth asking again. */
import { QueryClient } from "@tanstack/react-query";

import { ApiProblem } from "./problem";

const RETRIES = 2;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: isWorthRetrying, staleTime: 1_000 },
      mutations: { retry: false },
    },
  });
}

export function isWorthRetrying(failures: number, error: Error): boolean {
  return failures < RETRIES && error instanceof ApiProblem && error.isTransient;
}
