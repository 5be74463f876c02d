// The people of a report: who passes a filter, in what order, and as what text. Nothing here
// touches the page, so that tests run it without a browser. Filtering, searching and sorting work
// on columns and take milliseconds for a hundred thousand people.
"use strict";
(() => {
  const STATUS_ORDER = ["no-activity", "inactive", "new", "active"];
  const STATUS_FILTERS = {
    idle: ([, idle]) => idle,
    other: ([name, idle]) => name !== "active" && !idle,
  };
  const collator = new Intl.Collator("en", { numeric: true });
  const unique = (texts) => [...new Set(texts)];

  // The value of a column, given as its different values and each row's place in them.
  const valueAt = (column, row) => column.values[column.codes[row]];
  const teamsOf = (grants) => unique(grants.map(([, team]) => team).filter(Boolean));
  const organizationsOf = (grants) =>
    unique(grants.map(([organization]) => organization).filter(Boolean));

  // A column's rank orders its rows: equal texts have the same.
  const ranked = (texts, compare) => {
    const order = [...texts.keys()].sort((a, b) => compare(texts[a], texts[b]));
    const rank = new Float64Array(texts.length);
    let place = -1;
    order.forEach((index, position) => {
      if (!position || compare(texts[order[position - 1]], texts[index])) place += 1;
      rank[index] = place;
    });
    return rank;
  };
  const byText = (column, text) => () => {
    const rank = ranked(column.values.map(text), collator.compare);
    return column.codes.map((code) => rank[code]);
  };
  const byTime = (column) => () => column.map((before) => (before === null ? -Infinity : -before));

  // CSV: RFC 4180, and no cell that a spreadsheet would run as a formula.
  const cell = (value) => {
    const text =
      typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  // Filters in the page's address: a figure is a link to its people, and can be passed on.
  const addressOf = (filters) => {
    const parameters = new URLSearchParams(filters);
    return `#${parameters.size ? parameters : "people"}`;
  };
  const filtersOf = (address) =>
    // Of a parameter that is given twice, the first counts.
    Object.fromEntries([...new URLSearchParams(address.slice(1))].reverse());

  // `data` are the columns that the page holds; a row is a person's place in them. Times are
  // seconds before the report's, null where there is none.
  const peopleOf = (data) => {
    const { report, logins, states, editors, grants, plans } = data;
    const ages = { values: report.ages, codes: data.ages };
    // What people read: labels of statuses and flags, and what stands for an empty name.
    const { words } = report;
    const editorText = ([editor, version]) => [editor || words.noEditor, version].join(" ").trim();
    const statusText = ([status, idle, flags]) =>
      `${words.statuses[status]} ${idle ? "idle" : ""} ${flags}`;
    const lowerLogins = logins.map((login) => login.toLowerCase());
    const searchable = [
      [states, statusText],
      [editors, editorText],
      [grants, (value) => value.flat().join(" ")],
      [plans, ([plan]) => plan],
    ].map(([column, text]) => ({
      codes: column.codes,
      texts: column.values.map((value) => text(value).toLowerCase()),
    }));

    const iso = (before) =>
      before === null
        ? ""
        : `${new Date((report.time - before) * 1000).toISOString().slice(0, 19)}Z`;
    const daysAgo = (before) => Math.max(0, Math.floor(before / 86400));

    // `rank` is made when a column is first sorted by; `fields` are its cells in the CSV.
    const columns = [
      {
        name: "login",
        rank: () => ranked(lowerLogins, (a, b) => (a < b ? -1 : a > b ? 1 : 0)),
        fields: { login: (row) => logins[row] },
      },
      {
        name: "status",
        rank: byText(states, ([name, idle]) => `${STATUS_ORDER.indexOf(name)} ${idle ? 0 : 1}`),
        fields: {
          status: (row) => valueAt(states, row)[0],
          idle: (row) => valueAt(states, row)[1],
        },
      },
      {
        name: "last-activity",
        rank: byTime(data.active),
        fields: {
          last_activity_at: (row) => iso(data.active[row]),
          days_since_activity: (row) =>
            data.active[row] === null ? "" : daysAgo(data.active[row]),
        },
      },
      {
        name: "flags",
        rank: byText(states, ([, , flags, cancellation]) => `${flags} ${cancellation}`),
        fields: {
          flags: (row) => valueAt(states, row)[2],
          pending_cancellation_date: (row) => valueAt(states, row)[3],
        },
      },
      {
        name: "editor",
        rank: byText(editors, editorText),
        fields: {
          editor: (row) => valueAt(editors, row)[0],
          editor_version: (row) => valueAt(editors, row)[1],
        },
      },
      {
        name: "last-sign-in",
        rank: byTime(data.signedIn),
        fields: { last_authenticated_at: (row) => iso(data.signedIn[row]) },
      },
      {
        name: "created",
        rank: byTime(data.granted),
        fields: { created_at: (row) => iso(data.granted[row]) },
      },
      {
        name: "teams",
        rank: byText(grants, (value) => teamsOf(value).join("\n")),
        fields: { teams: (row) => teamsOf(valueAt(grants, row)).join("\n") },
      },
      {
        name: "organization",
        rank: byText(grants, (value) => organizationsOf(value).join("\n")),
        fields: { organizations: (row) => organizationsOf(valueAt(grants, row)).join("\n") },
      },
      {
        name: "plan",
        rank: byText(plans, ([plan]) => plan),
        fields: { plan: (row) => valueAt(plans, row)[0] },
      },
      {
        name: "price",
        rank: () => plans.codes.map((code) => plans.values[code][2]),
        fields: { monthly_price: (row) => (valueAt(plans, row)[2] / 100).toFixed(2) },
      },
    ].filter(({ name }) => report.several || name !== "organization");

    // What each filter offers, as pairs of value and text. An editor is followed by its versions.
    const choices = () => {
      const every = (place, none) =>
        unique(grants.values.flatMap((value) => value.map((pair) => pair[place])))
          .sort(collator.compare)
          .map((text) => [text, text || none]);
      const versions = new Map();
      editors.values.forEach(([editor, version]) => {
        if (!versions.has(editor)) versions.set(editor, []);
        if (version) versions.get(editor).push(version);
      });
      return {
        age: report.ages.map((age) => [age, age]),
        plan: unique(plans.values.map(([plan]) => plan))
          .sort()
          .map((plan) => [plan, plan]),
        team: every(1, words.noTeam),
        ...(report.several && { organization: every(0, words.noOrganization) }),
        editor: [...versions.keys()].sort(collator.compare).flatMap((editor) => [
          [editor, editor || words.noEditor],
          ...versions
            .get(editor)
            .sort(collator.compare)
            .reverse()
            .map((version) => [`${editor}/${version}`, `\u2003${editor} ${version}`]),
        ]),
      };
    };

    // The rows that pass all filters and hold each word of the search in some column.
    const matching = ({ status, flag, age, organization, team, editor, plan, search = "" }) => {
      const tests = [];
      const where = (column, condition) => {
        const passes = column.values.map(condition);
        tests.push((row) => passes[column.codes[row]]);
      };
      if (status) where(states, STATUS_FILTERS[status] ?? (([name]) => name === status));
      if (flag) where(states, ([, , flags]) => flags.split(" ").includes(flag));
      if (age) where(ages, (value) => value === age);
      if (organization !== undefined || team !== undefined)
        where(grants, (value) =>
          value.some(
            (pair) => (organization ?? pair[0]) === pair[0] && (team ?? pair[1]) === pair[1],
          ),
        );
      if (editor !== undefined)
        where(editors, ([name, version]) => editor === name || editor === `${name}/${version}`);
      if (plan) where(plans, ([name]) => name === plan);
      for (const word of search.toLowerCase().split(/\s+/).filter(Boolean)) {
        const hits = searchable.map(({ codes, texts }) => ({
          codes,
          found: texts.map((text) => text.includes(word)),
        }));
        tests.push(
          (row) =>
            lowerLogins[row].includes(word) || hits.some(({ codes, found }) => found[codes[row]]),
        );
      }
      const rows = [];
      for (let row = 0; row < logins.length; row += 1)
        if (tests.every((test) => test(row))) rows.push(row);
      return rows;
    };

    // `order` is a list of [name of a column, whether it descends]; ties stay as in the report.
    const ranks = new Map();
    const sorted = (rows, order) => {
      const keys = order.map(([name, descending]) => {
        if (!ranks.has(name)) ranks.set(name, columns.find((each) => each.name === name).rank());
        return [ranks.get(name), descending ? -1 : 1];
      });
      return rows.toSorted((a, b) => {
        for (const [rank, sign] of keys)
          if (rank[a] !== rank[b]) return rank[a] < rank[b] ? -sign : sign;
        return a - b;
      });
    };

    const csv = (rows) => {
      const fields = Object.entries(Object.assign({}, ...columns.map(({ fields }) => fields)));
      const lines = [
        fields.map(([name]) => name),
        ...rows.map((row) => fields.map(([, value]) => value(row))),
      ];
      return lines.map((line) => `${line.map(cell).join(",")}\n`).join("");
    };

    return { names: columns.map(({ name }) => name), choices, matching, sorted, csv, iso, daysAgo };
  };

  globalThis.people = {
    peopleOf,
    addressOf,
    filtersOf,
    valueAt,
    teamsOf,
    organizationsOf,
  };
})();
