export const operators = {
  title: "Operators",
  purpose: "The people who work with this server, and what each is trusted with.",
  you: "You",
  disabled: "Disabled",
  since: "Added",
  disabledSince: "Disabled",
  actionsOn: "What to change of {{name}}",
  notYourself: "Your own role only another administrator can change.",
  changed: "{{name}} was changed",
  notChanged: "{{name}} was not changed",
  lastAdmin:
    "This is the last administrator who may sign in. After this only somebody at the server can " +
    "make another one, with “mien operators”.",
  none: {
    title: "There is no operator",
    advice: "Add the first one: whoever shares an API key leaves no name in the log.",
  },
  oneAdmin: {
    title: "There is only one administrator",
    advice:
      "If they forget their password, only somebody at the server can let them in again. Add a " +
      "second one.",
  },
  fields: { name: "Name", role: "Role", password: "Password" },
  roles: {
    auditor:
      "Reads: people and their history, the log, figures, how the server is. Changes nothing.",
    operator: "Works with people: enrolls, verifies, identifies, decides on requests.",
    admin: "Everything, also erasing people and making keys and operators.",
  },
  add: {
    action: "Add an operator",
    title: "A new operator",
    nameAdvice: "Letters a to z, digits and . _ @ + -. It stands in the log.",
    submit: "Add",
    done: "{{name}} may sign in",
  },
  role: {
    action: "Change the role",
    title: "The role of {{name}}",
    consequence: "Their sessions end, and they sign in again with the new role.",
    submit: "Change the role",
  },
  password: {
    action: "Set a password",
    title: "A password for {{name}}",
    advice: "A few random words are easy to keep and hard to guess.",
    consequence: "Their sessions end, and a lock on their name is lifted.",
    mine: "It is your own: your sessions end, and you sign in again with it.",
    submit: "Set the password",
    done: "{{name}} has a new password",
    kept: "Kept",
    open: "Not kept yet",
    rules: {
      longEnough: "at least {{count}} characters of any kind",
      varied: "at least 5 different ones",
      notTheName: "not made only of the name, sequences or common passwords",
      shortEnough: "at most 1,024 bytes",
    },
  },
  disable: {
    action: "Disable",
    title: "Disable {{name}}?",
    consequence:
      "They are signed out and may not sign in. What they did stays in the log, and they can be " +
      "enabled again.",
  },
  enable: { action: "Enable" },
} as const;
