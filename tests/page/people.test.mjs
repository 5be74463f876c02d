// The logic of the page's list of people, with no browser: `assets/people.js` as it stands in the
// page. tests/unit/test_page_script.py runs this.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "../../src/copilot_seat_report/files/assets/people.js";

const { peopleOf, addressOf, filtersOf, teamsOf, organizationsOf } = people;
const DAY = 86400;

// Four people; each value of a column stands in `values` once.
const data = (changes = {}) => ({
  report: {
    time: Date.UTC(2026, 10, 2, 6) / 1000,
    currency: "USD",
    order: "last-activity",
    several: true,
    ages: ["within 7 days", "none recorded"],
    words: {
      statuses: {
        active: "active",
        inactive: "inactive",
        new: "new",
        "no-activity": "no recorded activity",
      },
      noTeam: "granted without a team",
      noEditor: "none recorded",
      noOrganization: "no organization stated",
    },
    ...changes,
  },
  logins: ["Ada", "bob", "cleo", "=dan"],
  states: {
    values: [
      ["active", false, "", ""],
      ["inactive", true, "check-telemetry", ""],
      ["no-activity", false, "exempt pending-cancellation", "2026-12-01"],
      ["new", false, "", ""],
    ],
    codes: [0, 1, 2, 3],
  },
  ages: [0, 1, 1, 1],
  active: [2 * DAY - 1, 60 * DAY, null, null],
  signedIn: [0, null, null, null],
  granted: [100 * DAY, 400 * DAY, 200 * DAY, 3 * DAY],
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
});
const { names, choices, matching, sorted, csv, iso, daysAgo } = peopleOf(data());

describe("filters", () => {
  for (const [filters, rows] of [
    [{}, [0, 1, 2, 3]],
    [{ status: "idle" }, [1]],
    [{ status: "active" }, [0]],
    [{ status: "no-activity" }, [2]],
    [{ status: "other" }, [2, 3]],
    [{ status: "unheard-of" }, []],
    [{ flag: "exempt" }, [2]],
    [{ flag: "pending-cancellation" }, [2]],
    [{ flag: "pending" }, []],
    [{ age: "none recorded" }, [1, 2, 3]],
    [{ organization: "beta" }, [0]],
    [{ organization: "" }, [2, 3]],
    [{ team: "Research" }, [0, 2, 3]],
    [{ team: "" }, [0, 1]],
    [{ editor: "VS Code" }, [0, 1]],
    [{ editor: "VS Code/1.10" }, [1]],
    [{ editor: "" }, [2, 3]],
    [{ plan: "enterprise" }, [1]],
    [{ plan: "business", status: "new" }, [3]],
  ])
    test(`${JSON.stringify(filters)} leaves ${rows}`, () => {
      assert.deepEqual(matching(filters), rows);
    });

  test("an organization and a team are those of one seat", () => {
    assert.deepEqual(matching({ organization: "acme", team: "Research" }), [0]);
    assert.deepEqual(matching({ organization: "beta", team: "Research" }), []);
  });
});

describe("search", () => {
  for (const [search, rows] of [
    ["ADA", [0]],
    ["a", [0, 1, 2, 3]],
    ["research beta", [0]],
    ["beta  research ", [0]],
    ["no recorded activity", [2]],
    ["idle", [1]],
    ["telemetry", [1]],
    ["vs 1.10", [1]],
    ["none", [2, 3]],
    ["enterprise", [1]],
    ["nobody-of-this-name", []],
    ["", [0, 1, 2, 3]],
    ["  ", [0, 1, 2, 3]],
  ])
    test(`"${search}" finds ${rows}`, () => {
      assert.deepEqual(matching({ search }), rows);
    });

  test("works together with filters", () => {
    assert.deepEqual(matching({ search: "research", status: "new" }), [3]);
  });
});

describe("order", () => {
  const all = [0, 1, 2, 3];
  for (const [column, rows] of [
    ["login", [3, 0, 1, 2]],
    ["status", [2, 1, 3, 0]],
    ["last-activity", [2, 3, 1, 0]],
    ["last-sign-in", [1, 2, 3, 0]],
    ["created", [1, 2, 0, 3]],
    ["flags", [0, 3, 1, 2]],
    ["editor", [2, 3, 0, 1]],
    ["teams", [1, 0, 2, 3]],
    ["organization", [2, 3, 1, 0]],
    ["plan", [0, 2, 3, 1]],
    ["price", [0, 2, 3, 1]],
  ])
    test(`by ${column}`, () => {
      assert.deepEqual(sorted(all, [[column, false]]), rows);
    });

  test("descends, and leaves ties as they are in the report", () => {
    assert.deepEqual(sorted(all, [["price", true]]), [1, 0, 2, 3]);
  });
  test("of a second column among equals of the first", () => {
    const order = [
      ["plan", false],
      ["login", true],
    ];
    assert.deepEqual(sorted(all, order), [2, 0, 3, 1]);
  });
  test("is the report's where none is asked for, and the rows given stay as they are", () => {
    const rows = [3, 1];
    assert.deepEqual(sorted(rows, []), [1, 3]);
    assert.deepEqual(rows, [3, 1]);
  });
});

describe("what the filters offer", () => {
  const offered = choices();
  test("each value once, in the order of a language, the nameless by a name", () => {
    assert.deepEqual(offered.team, [
      ["", "granted without a team"],
      ["Platform", "Platform"],
      ["Research", "Research"],
    ]);
    assert.deepEqual(offered.organization, [
      ["", "no organization stated"],
      ["acme", "acme"],
      ["beta", "beta"],
    ]);
    assert.deepEqual(offered.plan, [
      ["business", "business"],
      ["enterprise", "enterprise"],
    ]);
    assert.deepEqual(
      offered.age.map(([value]) => value),
      ["within 7 days", "none recorded"],
    );
  });
  test("an editor's versions after it, the newest first", () => {
    assert.deepEqual(
      offered.editor.map(([value]) => value),
      ["", "VS Code", "VS Code/1.10", "VS Code/1.9"],
    );
  });
  test("each of them leaves somebody", () => {
    for (const [filter, options] of Object.entries(offered))
      for (const [value] of options)
        assert.notEqual(matching({ [filter]: value }).length, 0, `${filter}=${value}`);
  });
  test("no organizations where there is one", () => {
    const one = peopleOf(data({ several: false }));
    assert.equal("organization" in one.choices(), false);
    assert.equal(one.names.includes("organization"), false);
    assert.equal(names.includes("organization"), true);
  });
});

describe("the page's address", () => {
  test("holds the filters and gives them back", () => {
    for (const filters of [
      { status: "idle", search: "a b&c=d#" },
      { team: "" },
      { editor: "VS Code/1.10" },
    ])
      assert.deepEqual(filtersOf(addressOf(filters)), filters);
    assert.equal(addressOf({ status: "idle", team: "" }), "#status=idle&team=");
  });
  test("is that of the list where nothing is filtered", () => {
    assert.equal(addressOf({}), "#people");
  });
  test("counts the first of two values", () => {
    assert.deepEqual(filtersOf("#team=a&team=b"), { team: "a" });
  });
});

describe("the export", () => {
  test("has a field for each column, and the rows in their order", () => {
    const lines = csv([2, 0]).split("\n");
    assert.equal(
      lines[0],
      "login,status,idle,last_activity_at,days_since_activity,flags,pending_cancellation_date," +
        "editor,editor_version,last_authenticated_at,created_at,teams,organizations,plan,monthly_price",
    );
    assert.equal(
      lines[1],
      "cleo,no-activity,false,,,exempt pending-cancellation,2026-12-01,,,,2026-04-16T06:00:00Z," +
        "Research,,business,19.00",
    );
    assert.ok(lines[2].startsWith("Ada,active,false,2026-10-31T06:00:01Z,1,,,VS Code,1.9,"));
    assert.ok(csv([1]).includes(",39.99\n"));
  });
  test("quotes by RFC 4180", () => {
    const quoted = peopleOf({ ...data(), logins: ['a,"b"', "c\nd", "e\rf", "g"] });
    assert.ok(quoted.csv([0]).includes('\n"a,""b""",'));
    assert.ok(quoted.csv([1]).includes('\n"c\nd",'));
    assert.ok(quoted.csv([2]).includes('\n"e\rf",'));
    assert.ok(csv([0]).includes('"Platform\nResearch","acme\nbeta"'));
  });
  for (const first of ["=", "+", "-", "@", "\t", "\r"])
    test(`makes no formula of ${JSON.stringify(first)}`, () => {
      const formula = peopleOf({ ...data(), logins: [`${first}1`, "b", "c", "d"] });
      assert.ok(/^"?'/.test(formula.csv([0]).split("\n")[1]));
    });
});

describe("texts", () => {
  test("times are those before the report's", () => {
    assert.equal(iso(0), "2026-11-02T06:00:00Z");
    assert.equal(iso(DAY + 1), "2026-11-01T05:59:59Z");
    assert.equal(iso(null), "");
  });
  test("days are whole ones, and never below none", () => {
    assert.deepEqual([0, DAY - 1, DAY, 3 * DAY - 1, -5].map(daysAgo), [0, 0, 1, 2, 0]);
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
