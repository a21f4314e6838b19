import { analytics } from "./en/analytics";
import { audit } from "./en/audit";
import { common } from "./en/common";
import { departments } from "./en/departments";
import { keys } from "./en/keys";
import { live } from "./en/live";
import { models } from "./en/models";
import { myPage } from "./en/my-page";
import { operators } from "./en/operators";
import { people } from "./en/people";
import { person } from "./en/person";
import { reviews } from "./en/reviews";
import { signIn } from "./en/sign-in";
import { system } from "./en/system";

/** Every text of the pages, by feature; the other languages are typed by this one. */
export const en = {
  common,
  signIn,
  live,
  people,
  person,
  myPage,
  reviews,
  departments,
  analytics,
  audit,
  keys,
  operators,
  models,
  system,
};
