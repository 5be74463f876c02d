// The logic of the page's list of people, with no browser: `assets/people.js` as it stands in the
// page. tests/unit/test_page_script.py runs this.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "../../src/copilot_seat_report/files/assets/people.js";

const { peopleOf, viewOf, addressOf, teamsOf, organizationsOf } = people;
const DAY = 86400;

// Four people; each value of a column stands in `values` once.
const data = (changes = {}, columns = {}) => ({
  report: {
    time: Date.UTC(2026, 10, 2, 6) / 1000,
    currency: "USD",
    order: "last-activity",
    several: true,
    anonymized: false,
    rules: { inactiveDays: 30, newSeatDays: 14 },
    ages: ["within 7 days", "none recorded"],
    words: {
      statuses: {
        active: "active",
        inactive: "inactive",
        new: "new",
        "no-activity": "no recorded activity",
      },
      flags: {
        exempt: "exempt",
        "pending-cancellation": "pending cancellation",
        settling: "settling",
        "check-telemetry": "check telemetry",
        "active-in-metrics": "active in metrics",
      },
      also: { idle: "idle", other: "neither", "ask-first": "ask first", "no-sign": "no sign" },
      changes: { "went-idle": "went idle", granted: "granted" },
      noTeam: "granted without a team",
      noEditor: "none recorded",
      noOrganization: "no organization stated",
      noValue: "nothing stated",
    },
    ...changes,
  },
  logins: ["Ada", "bob", "Zoë", "=dan"],
  states: {
    values: [
      ["active", false, "", "", []],
      ["inactive", true, "check-telemetry", "", ["ask-first"]],
      ["no-activity", false, "exempt pending-cancellation", "2026-12-01", ["exempt", "leaving"]],
      ["new", false, "", "", ["has-left", "active-there"]],
    ],
    codes: [0, 1, 2, 3],
  },
  ages: [0, 1, 1, 1],
  active: [10 * DAY, 60 * DAY, null, null],
  days: [10, 60, null, null],
  signedIn: [0, 5 * DAY, null, null],
  granted: [100 * DAY, 400 * DAY, 200 * DAY, 3 * DAY],
  metrics: [null, null, null, null],
  editors: {
    values: [
      ["VS Code", "1.9"],
      ["VS Code", "1.10"],
      ["", ""],
    ],
    codes: [0, 1, 2, 2],
  },
  grants: {
    values: [
      [
        ["acme", "Platform"],
        ["acme", "Research"],
        ["beta", ""],
      ],
      [["acme", ""]],
      [["", "Research"]],
    ],
    codes: [0, 1, 2, 2],
  },
  plans: {
    values: [
      ["business", false, 1900],
      ["enterprise", true, 3999],
    ],
    codes: [0, 1, 0, 0],
  },
  changes: { values: ["", "went-idle"], codes: [0, 1, 0, 0] },
  more: [
    {
      name: "office",
      label: "Office",
      kind: "text",
      filters: true,
      column: { values: ["Köln", ""], codes: [0, 0, 1, 1] },
    },
    {
      name: "active_days",
      label: "Active days",
      kind: "number",
      filters: false,
      column: { values: [12, null], codes: [0, 1, 1, 1] },
    },
    {
      name: "credits",
      label: "Credits",
      kind: "hundredths",
      filters: false,
      column: { values: [150, null], codes: [0, 1, 1, 1] },
    },
    {
      name: "idle_since",
      label: "Idle since",
      kind: "time",
      filters: true,
      column: { values: [null, 7 * DAY], codes: [0, 1, 0, 0] },
    },
  ],
  ...columns,
});
const four = peopleOf(data());
const seen = (filters, search = "", whatIf = null) => {
  const lists = Object.entries(filters).map(([name, value]) => [name, [value].flat()]);
  return four.matching({ filters: Object.fromEntries(lists), search, whatIf });
};

describe("filters", () => {
  for (const [filters, rows] of [
    [{}, [0, 1, 2, 3]],
    [{ status: "idle" }, [1]],
    [{ status: "active" }, [0]],
    [{ status: "no-activity" }, [2]],
    [{ status: "other" }, [2, 3]],
    [{ flag: "exempt" }, [2]],
    [{ "ask-first": "yes" }, [1]],
    [{ "ask-first": "no" }, []],
    [{ leaving: "yes" }, [2]],
    [{ "barely-used": "yes" }, []],
    [{ leavers: "yes" }, [3]],
    [{ "active-there": "yes" }, [3]],
    [{ search: ["ada", "=dan"] }, [0, 3]],
    [{ search: ["ada", "nobody"], status: "active" }, [0]],
    [{ change: "went-idle" }, [1]],
    [{ change: "granted" }, []],
    [{ age: "none recorded" }, [1, 2, 3]],
    [{ organization: "beta" }, [0]],
    [{ organization: "" }, [2, 3]],
    [{ team: "Research" }, [0, 2, 3]],
    [{ team: "" }, [0, 1]],
    [{ editor: "VS Code" }, [0, 1]],
    [{ editor: "VS Code/1.10" }, [1]],
    [{ editor: "" }, [2, 3]],
    [{ plan: "enterprise" }, [1]],
    [{ office: "Köln" }, [0, 1]],
    [{ office: "" }, [2, 3]],
    [{ idle_since: "2026-10-26" }, [1]],
    [{ idle_since: "" }, [0, 2, 3]],
    [{ plan: "business", status: "new" }, [3]],
  ])
    test(`${JSON.stringify(filters)} leaves ${rows}`, () => {
      assert.deepEqual(seen(filters), rows);
    });
  test("several values are any of them", () => {
    assert.deepEqual(seen({ status: ["active", "new"] }), [0, 3]);
    assert.deepEqual(seen({ status: ["active", "new"], team: "Research" }), [0, 3]);
  });
  test("in how many reports somebody was idle", () => {
    const column = { values: [0, 12, 3], codes: [0, 1, 2, 1] };
    const more = [{ name: "idle_reports", label: "", kind: "number", filters: true, column }];
    const idle = peopleOf(data({}, { more }));
    assert.deepEqual(idle.matching(viewOf("#idle_reports=12")), [1, 3]);
    assert.deepEqual(idle.matching(viewOf("#idle_reports=12&idle_reports=3")), [1, 2, 3]);
    assert.deepEqual(idle.matching(viewOf("#idle_reports=1")), []);
    assert.deepEqual(
      idle.choices.idle_reports.map(([value]) => value),
      ["0", "3", "12"],
    );
  });
  test("a group's address has its people, and what they cost", () => {
    const rows = four.matching(viewOf("#office=K%C3%B6ln"));
    assert.deepEqual(four.totals(rows, null), {
      people: 2,
      cost: 1900 + 3999,
      idle: 1,
      idleCost: 3999,
    });
  });
  test("an organization and a team are those of one seat", () => {
    assert.deepEqual(seen({ organization: "acme", team: "Research" }), [0]);
    assert.deepEqual(seen({ organization: "beta", team: "Research" }), []);
  });
});

describe("what the report does not know fits nobody, and is named", () => {
  for (const [name, value] of [
    ["status", "unheard-of"],
    ["team", "Gone"],
    ["flag", "pending"],
    ["what-if", "soon"],
    ["sort", "unheard-of"],
    ["leaving", "no"],
    ["change", "gone"],
    ["office", "Berlin"],
    ["unheard-of", "x"],
    ["constructor", "x"],
    ["__proto__", "x"],
  ])
    test(`${name}=${value}`, () => {
      assert.deepEqual(seen({ [name]: value }), []);
      assert.deepEqual(four.unknownIn({ filters: { [name]: [value] } }), [[name, value]]);
    });
  test("whatever means something in the page itself", () => {
    for (const name of ["constructor", "__proto__"])
      assert.deepEqual(four.matching(viewOf(`#${name}=x`)), []);
  });
  test("but for a column whose values are too many to choose from", () => {
    const column = { values: ["a", "b", "c", "d"], codes: [0, 1, 2, 3] };
    const more = [{ name: "constructor", label: "", kind: "text", filters: false, column }];
    const wide = peopleOf(data({}, { more }));
    assert.equal(wide.choices.constructor, undefined);
    assert.deepEqual(wide.matching(viewOf("#constructor=c")), [2]);
    assert.deepEqual(wide.matching(viewOf("#constructor=e")), []);
  });
  test("also beside a value that it knows", () => {
    assert.deepEqual(seen({ team: ["Research", "Gone"] }), []);
  });
});

describe("search", () => {
  for (const [search, rows] of [
    ["ADA", [0]],
    ["research beta", [0]],
    ["beta  research ", [0]],
    ["no recorded activity", [2]],
    ["idle", [1]],
    ["telemetry", [1]],
    ["vs 1.10", [1]],
    ["enterprise", [1]],
    ["koln", [0, 1]],
    ["zoe", [2]],
    ["ZOË", [2]],
    ["nobody-of-this-name", []],
    ["", [0, 1, 2, 3]],
    ["  ", [0, 1, 2, 3]],
    ["ada, bob", [0, 1]],
    ["@ada,@BOB,", [0, 1]],
    ["ada\nzoe", [0, 2]],
    ["ad, bo", []],
  ])
    test(`"${search}" finds ${rows}`, () => {
      assert.deepEqual(seen({}, search), rows);
    });
  test("works together with filters", () => {
    assert.deepEqual(seen({ status: "new" }, "research"), [3]);
  });
  test("goes by the status, the mark and the flags under a what-if", () => {
    assert.deepEqual(seen({}, "inactive", 9), [0, 1]);
    assert.deepEqual(seen({}, "idle", 60), []);
    assert.deepEqual(seen({}, "telemetry", 9), [0, 1]);
    assert.deepEqual(seen({}, "telemetry", 60), []);
    assert.deepEqual(seen({}, "cancellation", 60), [2]);
  });
  test("says which of the pasted logins are nobody's", () => {
    assert.deepEqual(four.missing("@ADA, eve; zoe\nmallory,"), ["eve", "mallory"]);
    assert.deepEqual(four.missing("ada"), []);
    assert.deepEqual(four.missing("eve"), []);
  });
});

describe("what if", () => {
  const judged = (days, columns = {}, changes = {}) => {
    const view = peopleOf(data(changes, columns));
    const by = view.judgedBy(days);
    return data().logins.map((_, row) => [
      view.statusAt(row, by),
      Boolean(by.idle[row]),
      Boolean(by.askFirst[row]),
    ]);
  };
  test("by the run's own rule, everyone is as the report says", () => {
    assert.deepEqual(judged(null), [
      ["active", false, false],
      ["inactive", true, true],
      ["no-activity", false, false],
      ["new", false, false],
    ]);
    assert.deepEqual(judged(30), judged(null));
  });
  test("fewer days make more idle, more days fewer", () => {
    assert.deepEqual(judged(7)[0], ["inactive", true, true]);
    assert.deepEqual(judged(9)[0], ["inactive", true, true]); // by less than a day
    assert.deepEqual(judged(10)[0], ["active", false, false]);
    assert.deepEqual(judged(60)[1], ["active", false, false]);
  });
  test("who signs in without a record is to be asked first", () => {
    assert.deepEqual(judged(7, { signedIn: [null, 8 * DAY, null, null] })[1], [
      "inactive",
      true,
      false,
    ]);
    assert.deepEqual(judged(7, { signedIn: [null, 7 * DAY, null, null] })[1], [
      "inactive",
      true,
      true,
    ]);
  });
  test("clears by a day of use in the metrics, and never accuses by it", () => {
    assert.deepEqual(judged(7, { metrics: [7 * DAY, null, null, null] })[0][1], false);
    assert.deepEqual(judged(7, { metrics: [7 * DAY + 1, null, null, null] })[0][1], true);
    assert.deepEqual(judged(60, { metrics: [null, 61 * DAY, null, null] })[1][1], false);
  });
  test("leaves the exempt and the leaving alone", () => {
    const states = {
      values: [["active", false, "exempt", "", ["exempt"]]],
      codes: [0, 0, 0, 0],
    };
    assert.deepEqual(judged(7, { states })[0], ["inactive", false, false]);
  });
  test("a remembered date of a new seat makes nobody inactive", () => {
    const states = {
      values: [["active", false, "remembered", "", ["remembered"]]],
      codes: [0, 0, 0, 0],
    };
    const granted = [DAY, DAY, DAY, DAY];
    assert.equal(judged(7, { states, granted })[0][0], "new");
    assert.equal(judged(7, { granted })[0][0], "inactive");
  });
  test("who is new stays new, also where a grant is its day", () => {
    const columns = { granted: [DAY, DAY, DAY, 14 * DAY + 20_000] };
    assert.equal(judged(7, columns, { anonymized: true })[3][0], "new");
  });
  test("under pseudonyms the days that have passed count, not the day shown", () => {
    const columns = { active: [10 * DAY - 20_000, null, null, null], days: [10, null, null, null] };
    assert.equal(judged(10, columns, { anonymized: true })[0][0], "inactive");
    assert.equal(judged(11, columns, { anonymized: true })[0][0], "active");
  });
  test("flags that go by the days are judged again, the others stay", () => {
    const flags = (days, columns = {}) => {
      const view = peopleOf(data({}, columns));
      return data().logins.map((_, row) => view.flagsAt(row, view.judgedBy(days)).join(" "));
    };
    const stayed = "exempt pending-cancellation";
    assert.deepEqual(flags(null), ["", "check-telemetry", stayed, ""]);
    assert.deepEqual(flags(9), ["check-telemetry", "check-telemetry", stayed, ""]);
    const later = { active: [10 * DAY - 1, null, null, null] };
    assert.equal(flags(9, later)[0], "settling check-telemetry");
    assert.deepEqual(flags(60), ["", "", stayed, ""]);
    assert.deepEqual(
      flags(40, { metrics: [null, 40 * DAY, null, null] })[1],
      "check-telemetry active-in-metrics",
    );
    assert.deepEqual(seen({ flag: "check-telemetry" }, "", 9), [0, 1]);
    assert.deepEqual(seen({ flag: "check-telemetry" }, "", 60), []);
    assert.ok(four.csv([1], 60).includes("bob,active,false,,"));
  });
  test("the order by status follows", () => {
    assert.deepEqual(four.sorted([0, 1, 2, 3], "status", 7), [2, 0, 1, 3]);
    assert.deepEqual(four.sorted([0, 1, 2, 3], "status", null), [2, 1, 3, 0]);
  });
  test("filters and totals follow", () => {
    assert.deepEqual(seen({ status: "idle" }, "", 7), [0, 1]);
    assert.deepEqual(four.totals([0, 1, 2], 7), {
      people: 3,
      cost: 7799,
      idle: 2,
      idleCost: 5899,
    });
    assert.deepEqual(four.totals([], null), { people: 0, cost: 0, idle: 0, idleCost: 0 });
  });
});

describe("order", () => {
  const all = [0, 1, 2, 3];
  for (const [column, rows] of [
    ["login", [3, 0, 1, 2]],
    ["status", [2, 1, 3, 0]],
    ["last-activity", [2, 3, 1, 0]],
    ["last-sign-in", [2, 3, 1, 0]],
    ["created", [1, 2, 0, 3]],
    ["editor", [2, 3, 0, 1]],
    ["team", [1, 0, 2, 3]],
    ["organization", [2, 3, 1, 0]],
    ["plan", [0, 2, 3, 1]],
    ["office", [2, 3, 0, 1]],
    ["active_days", [1, 2, 3, 0]],
    ["credits", [1, 2, 3, 0]],
    ["idle_since", [0, 2, 3, 1]],
    ["list-price", [0, 2, 3, 1]],
  ])
    test(`by ${column}`, () => {
      assert.deepEqual(four.sorted(all, column, null), rows);
    });
  test("descends, and leaves ties as they are in the report", () => {
    assert.deepEqual(four.sorted(all, "-list-price"), [1, 0, 2, 3]);
  });
  test("is the report's where none is asked for, and the rows given stay as they are", () => {
    const rows = [1, 3];
    assert.deepEqual(four.sorted(rows, "", null), [1, 3]);
    assert.deepEqual(four.sorted(rows, "login", null), [3, 1]);
    assert.deepEqual(rows, [1, 3]);
  });
});

describe("what the filters offer", () => {
  test("each value once, in the order of a language, the nameless by a name", () => {
    assert.deepEqual(four.choices.team, [
      ["", "granted without a team"],
      ["Platform", "Platform"],
      ["Research", "Research"],
    ]);
    assert.deepEqual(
      four.choices.organization.map(([value]) => value),
      ["", "acme", "beta"],
    );
    assert.deepEqual(
      four.choices.plan.map(([value]) => value),
      ["business", "enterprise"],
    );
    assert.deepEqual(four.choices.office, [
      ["", "nothing stated"],
      ["Köln", "Köln"],
    ]);
    assert.deepEqual(four.choices.idle_since, [
      ["", "nothing stated"],
      ["2026-10-26", "2026-10-26"],
    ]);
    assert.equal("active_days" in four.choices, false);
  });
  test("an editor's versions after it, the newest first", () => {
    assert.deepEqual(
      four.choices.editor.map(([value]) => value),
      ["", "VS Code", "VS Code/1.10", "VS Code/1.9"],
    );
  });
  test("no organizations where there is one", () => {
    const one = peopleOf(data({ several: false }));
    assert.equal("organization" in one.choices, false);
    assert.equal(one.names.includes("organization"), false);
    assert.equal(four.names.includes("organization"), true);
  });
});

describe("the page's address", () => {
  test("holds a view and gives it back", () => {
    for (const view of [
      { filters: { status: ["idle"] }, search: "a b&c=d#", sort: "-login", whatIf: 45 },
      {
        filters: { team: ["", "Web"], editor: ["VS Code/1.10"] },
        search: "",
        sort: "",
        whatIf: null,
      },
      { filters: {}, search: "x", sort: "", whatIf: null },
    ])
      assert.deepEqual(viewOf(addressOf(view)), view);
  });
  test("says of everyone that it is everyone", () => {
    const everyone = { filters: {}, search: "", sort: "", whatIf: null };
    assert.equal(addressOf(everyone), "#status=");
    assert.equal(addressOf({ ...everyone, sort: "login" }), "#sort=login&status=");
  });
  test("counts a value once, and takes days for days alone", () => {
    assert.deepEqual(viewOf("#team=a&team=b&team=a").filters, { team: ["a", "b"] });
    assert.equal(viewOf("#what-if=45").whatIf, 45);
    assert.equal(viewOf("#what-if=").whatIf, null);
    for (const none of ["soon", "0", "-7", "7.5", "10000"])
      assert.deepEqual(viewOf(`#what-if=${none}`), {
        filters: { "what-if": [none] },
        search: "",
        sort: "",
        whatIf: null,
      });
  });
  test("takes several searches for any of them", () => {
    const { filters, search } = viewOf("#search=a+b&search=&search=c");
    assert.deepEqual([filters, search], [{ search: ["a b", "c"] }, ""]);
    assert.equal(addressOf(viewOf("#search=a&search=b")), "#search=a&search=b");
    assert.deepEqual(viewOf("#search=a&search=a").search, "a");
  });
});

describe("the export", () => {
  test("has a field for each column, and the rows in their order", () => {
    const lines = four.csv([2, 0], null).split("\n");
    assert.equal(
      lines[0],
      "login,status,idle,flags,last_activity_at,days_since_activity,editor,editor_version," +
        "last_authenticated_at,created_at,teams,organizations,plan,pending_cancellation_date," +
        "monthly_price,office,active_days,credits,idle_since",
    );
    assert.equal(
      lines[1],
      "Zoë,no-activity,false,exempt pending-cancellation,,,,,,2026-04-16T06:00:00Z," +
        "Research,,business,2026-12-01,19.00,,,,",
    );
    assert.ok(lines[2].startsWith("Ada,active,false,,2026-10-23T06:00:00Z,10,VS Code,1.9,"));
    assert.ok(lines[2].includes("Platform; Research,acme; beta,business,,19.00,Köln,12,1.50,"));
    assert.ok(four.csv([1], null).includes(",39.99,"));
    assert.ok(four.csv([1], null).includes("2026-10-26T06:00:00Z"));
  });
  test("judges as the view does", () => {
    assert.ok(four.csv([0], 7).includes("Ada,inactive,true,"));
  });
  test("quotes by RFC 4180", () => {
    const quoted = peopleOf(data({}, { logins: ['a,"b"', "c\nd", "e\rf", "g"] }));
    assert.ok(quoted.csv([0], null).includes('\n"a,""b""",'));
    assert.ok(quoted.csv([1], null).includes('\n"c\nd",'));
    assert.ok(quoted.csv([2], null).includes('\n"e\rf",'));
  });
  for (const first of ["=", "+", "-", "@", "\t", "\r"])
    test(`makes no formula of ${JSON.stringify(first)}`, () => {
      const formula = peopleOf(data({}, { logins: [`${first}1`, "b", "c", "d"] }));
      assert.ok(/^"?'/.test(formula.csv([0], null).split("\n")[1]));
    });
});

describe("texts", () => {
  test("times are those before the report's", () => {
    assert.equal(four.iso(0), "2026-11-02T06:00:00Z");
    assert.equal(four.iso(DAY + 1), "2026-11-01T05:59:59Z");
    assert.equal(four.iso(null), "");
  });
  test("a team or organization stands once", () => {
    const grants = [
      ["acme", "x"],
      ["beta", "x"],
      ["acme", ""],
      ["", "y"],
    ];
    assert.deepEqual(teamsOf(grants), ["x", "y"]);
    assert.deepEqual(organizationsOf(grants), ["acme", "beta"]);
  });
});
