/** The entry of a worker thread. */
import { serveTasks } from "../workers/serve-tasks.ts";
import { TASKS } from "./table.ts";

serveTasks(TASKS);
