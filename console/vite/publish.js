/** Puts what was built in the place of what was there before, at once: a console that is running is never without files. */
import { existsSync, renameSync, rmSync } from "node:fs";

const BUILT = "dist";
const SERVED = "../cli/flyte_cli/console/static";
const BEFORE = `${SERVED}.before`;

rmSync(BEFORE, { recursive: true, force: true });
if (existsSync(SERVED)) renameSync(SERVED, BEFORE);
renameSync(BUILT, SERVED);
rmSync(BEFORE, { recursive: true, force: true });
