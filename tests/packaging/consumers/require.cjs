const { createSessions, memoryStore } = require("edge-session");

import("./shop.mjs")
  .then(({ shop }) => shop(createSessions, memoryStore())())
  .then((said) => console.log(process.version, said));
