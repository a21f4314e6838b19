import { analytics } from "./de/analytics";
import { audit } from "./de/audit";
import { common } from "./de/common";
import { departments } from "./de/departments";
import { keys } from "./de/keys";
import { live } from "./de/live";
import { models } from "./de/models";
import { myPage } from "./de/my-page";
import { operators } from "./de/operators";
import { people } from "./de/people";
import { person } from "./de/person";
import { reviews } from "./de/reviews";
import { signIn } from "./de/sign-in";
import { system } from "./de/system";

export const de = {
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
