// The table of people. DataTables draws it and asks for a page of rows; filtering, searching and
// sorting are done here, on columns, so that they take milliseconds for a hundred thousand people.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("people-data").textContent);
  const { report, logins, states, editors, grants, plans } = data;
  const ages = { values: report.ages, codes: data.ages };
  const form = document.getElementById("filters");
  const download = document.getElementById("export");
  const statusNames = { "no-activity": "no recorded activity" };
  const named = (status) => statusNames[status] ?? status;
  const noTeam = "granted without a team";
  const noEditor = "no editor stated";

  // Names from outside reach the page as text nodes only.
  const element = (name, properties, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };
  const svg = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const shape = (name) => {
    const picture = svg("svg");
    picture.setAttribute("class", `shape ${name}`);
    picture.setAttribute("aria-hidden", "true");
    picture.append(svg("use"));
    picture.firstChild.setAttribute("href", `#shape-${name}`);
    return picture;
  };

  // Each different value of a column, as the text that is searched, sorted and exported.
  const of = (column, row) => column.values[column.codes[row]];
  const unique = (texts) => [...new Set(texts)];
  const editorText = ([editor, version]) => [editor || noEditor, version].join(" ").trim();
  const teams = (value) => unique(value.map(([, team]) => team).filter(Boolean));
  const organizations = (value) =>
    unique(value.map(([organization]) => organization).filter(Boolean));
  const stateText = ([status, idle, flags]) => `${named(status)} ${idle ? "idle" : ""} ${flags}`;
  const searchable = [
    [states, stateText],
    [editors, editorText],
    [grants, (value) => value.flat().join(" ")],
    [plans, ([plan]) => plan],
  ].map(([column, text]) => ({
    codes: column.codes,
    texts: column.values.map((value) => text(value).toLowerCase()),
  }));
  const lowerLogins = logins.map((login) => login.toLowerCase());

  const iso = (before) =>
    before === null ? "" : `${new Date((report.time - before) * 1000).toISOString().slice(0, 19)}Z`;
  const daysAgo = (before) => Math.max(0, Math.floor(before / 86400));
  const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2 });
  const amount = (hundredths) => money.format(hundredths / 100);

  const names = (texts, none) => {
    const cell = document.createDocumentFragment();
    texts.forEach((text, place) => cell.append(place ? ", " : "", element("bdi", {}, text)));
    if (!texts.length) cell.append(element("span", { className: "none" }, none));
    return element("span", {}, cell);
  };
  const date = (before, none) => {
    if (before === null) return element("span", { className: "none" }, none);
    const text = iso(before);
    const time = element("time", { dateTime: text, title: text }, text.slice(0, 10));
    const days = daysAgo(before);
    return element(
      "span",
      {},
      time,
      " ",
      element("span", { className: "ago" }, days === 1 ? "1 day ago" : `${days} days ago`),
    );
  };
  const status = (row) => {
    const [name, idle] = of(states, row);
    const cell = element(
      "span",
      {},
      element("span", { className: "word" }, shape(name), named(name)),
    );
    if (idle) cell.append(element("span", { className: "tag" }, "idle"));
    return cell;
  };
  const flags = (row) => {
    const [, , names, cancellation] = of(states, row);
    const cell = element("span", { className: "chips" });
    for (const flag of names.split(" ").filter(Boolean)) {
      const button = element("button", { type: "button" }, flag.replaceAll("-", " "));
      button.setAttribute("popovertarget", `flag-${flag}`);
      cell.append(button);
      if (flag === "pending-cancellation")
        cell.append(element("span", { className: "ago" }, `ends ${cancellation}`));
    }
    return cell;
  };

  // A column's rank orders its rows; it is made when first sorted by.
  const collator = new Intl.Collator("en", { numeric: true });
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
  const statusOrder = ["no-activity", "inactive", "new", "active"];

  const columns = [
    {
      name: "login",
      show: (row) => names([logins[row]]),
      rank: () => ranked(lowerLogins, (a, b) => (a < b ? -1 : a > b ? 1 : 0)),
      fields: { login: (row) => logins[row] },
    },
    {
      name: "status",
      show: status,
      rank: byText(states, ([name, idle]) => `${statusOrder.indexOf(name)} ${idle ? 0 : 1}`),
      fields: { status: (row) => of(states, row)[0], idle: (row) => of(states, row)[1] },
    },
    {
      name: "last-activity",
      show: (row) => date(data.active[row], "none"),
      rank: byTime(data.active),
      fields: {
        last_activity_at: (row) => iso(data.active[row]),
        days_since_activity: (row) => (data.active[row] === null ? "" : daysAgo(data.active[row])),
      },
    },
    {
      name: "flags",
      show: flags,
      rank: byText(states, ([, , names, cancellation]) => `${names} ${cancellation}`),
      fields: {
        flags: (row) => of(states, row)[2],
        pending_cancellation_date: (row) => of(states, row)[3],
      },
    },
    {
      name: "editor",
      show: (row) => {
        const [editor, version] = of(editors, row);
        const cell = names(editor ? [editor] : [], "not stated");
        if (version) cell.append(" ", element("bdi", { className: "ago" }, version));
        return cell;
      },
      rank: byText(editors, editorText),
      fields: {
        editor: (row) => of(editors, row)[0],
        editor_version: (row) => of(editors, row)[1],
      },
    },
    {
      name: "last-sign-in",
      show: (row) => date(data.signedIn[row], "none"),
      rank: byTime(data.signedIn),
      fields: { last_authenticated_at: (row) => iso(data.signedIn[row]) },
    },
    {
      name: "created",
      show: (row) => date(data.granted[row], ""),
      rank: byTime(data.granted),
      fields: { created_at: (row) => iso(data.granted[row]) },
    },
    {
      name: "teams",
      show: (row) => names(teams(of(grants, row)), "none"),
      rank: byText(grants, (value) => teams(value).join("\n")),
      fields: { teams: (row) => teams(of(grants, row)).join("\n") },
    },
    {
      name: "organization",
      show: (row) => names(organizations(of(grants, row)), "not stated"),
      rank: byText(grants, (value) => organizations(value).join("\n")),
      fields: { organizations: (row) => organizations(of(grants, row)).join("\n") },
    },
    {
      name: "plan",
      show: (row) => {
        const [plan, assumed] = of(plans, row);
        return element(
          "span",
          {},
          plan,
          assumed ? element("span", { className: "ago" }, " assumed") : "",
        );
      },
      rank: byText(plans, ([plan]) => plan),
      fields: { plan: (row) => of(plans, row)[0] },
    },
    {
      name: "price",
      show: (row) => element("span", {}, `${report.currency}\u00a0${amount(of(plans, row)[2])}`),
      rank: () => plans.codes.map((code) => plans.values[code][2]),
      fields: { monthly_price: (row) => (of(plans, row)[2] / 100).toFixed(2) },
    },
  ].filter(({ name }) => report.several || name !== "organization");

  // Filters -------------------------------------------------------------------------------------

  const option = (select, text, value = text) => form.elements[select].add(new Option(text, value));
  report.ages.forEach((age) => option("age", age));
  plans.values
    .map(([plan]) => plan)
    .filter((plan, place, all) => all.indexOf(plan) === place)
    .sort()
    .forEach((plan) => option("plan", plan));
  const every = (place) =>
    unique(grants.values.flatMap((value) => value.map((pair) => pair[place]))).sort(
      collator.compare,
    );
  every(1).forEach((team) => option("team", team || noTeam, team));
  if (report.several)
    every(0).forEach((name) => option("organization", name || "not stated", name));
  const versions = new Map();
  editors.values.forEach(([editor, version]) => {
    if (!versions.has(editor)) versions.set(editor, []);
    if (version) versions.get(editor).push(version);
  });
  for (const editor of [...versions.keys()].sort(collator.compare)) {
    option("editor", editor || noEditor, editor);
    for (const version of versions.get(editor).sort(collator.compare).reverse())
      option("editor", `\u2003${editor} ${version}`, `${editor}/${version}`);
  }

  const selects = [...form.querySelectorAll("select")];
  // The first option stands for any; another may well have the empty text as its value.
  const chosen = () =>
    Object.fromEntries(
      selects.filter((select) => select.selectedIndex > 0).map(({ name, value }) => [name, value]),
    );

  const statusFilters = {
    idle: ([, idle]) => idle,
    other: ([name, idle]) => name !== "active" && !idle,
  };
  const filtered = () => {
    const { status, flag, age, organization, team, editor, plan } = chosen();
    const tests = [];
    const where = (column, condition) => {
      const passes = column.values.map(condition);
      tests.push((row) => passes[column.codes[row]]);
    };
    if (status) where(states, statusFilters[status] ?? (([name]) => name === status));
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
    for (const word of form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean)) {
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

  const sorted = (rows, order) => {
    const keys = order
      .filter(({ dir }) => dir)
      .map(({ column, dir }) => {
        const { rank } = columns[column];
        columns[column].ranks ??= rank();
        return [columns[column].ranks, dir === "desc" ? -1 : 1];
      });
    return rows.sort((a, b) => {
      for (const [ranks, sign] of keys)
        if (ranks[a] !== ranks[b]) return ranks[a] < ranks[b] ? -sign : sign;
      return a - b;
    });
  };

  // The table -----------------------------------------------------------------------------------

  let rows = [];
  let made = "";
  const rowsFor = (order) => {
    const wanted = JSON.stringify([order, chosen(), form.elements.search.value]);
    if (wanted !== made) rows = sorted(filtered(), order);
    made = wanted;
    return rows;
  };
  // The order of the report is that of a column, but for teams, which a reader sorts by the rules of
  // a language.
  const first = columns.findIndex(({ name }) => name === report.order.replace(/^-/, ""));
  DataTable.ext.errMode = "throw";
  const table = new DataTable("#people-table", {
    serverSide: true,
    ajax: ({ order, start, length }, answer) => {
      const all = rowsFor(order);
      answer({
        recordsTotal: logins.length,
        recordsFiltered: all.length,
        data: all.slice(start, start + length).map((row) => ({ row })),
      });
    },
    columns: columns.map(({ name, show }) => ({
      data: ({ row }) => show(row),
      className: name,
      orderSequence: ["asc", "desc"],
    })),
    order: first < 0 ? [] : [[first, report.order.startsWith("-") ? "desc" : "asc"]],
    autoWidth: false,
    pageLength: 25,
    lengthMenu: [25, 100, 500],
    layout: { topStart: "info", topEnd: null, bottomStart: "pageLength", bottomEnd: "paging" },
    language: {
      emptyTable: "Nobody holds a seat.",
      zeroRecords: "Nobody matches these filters.",
      info: "_START_ to _END_ of _TOTAL_ people",
      infoEmpty: "No people",
      infoFiltered: "(of _MAX_ with a seat)",
      lengthMenu: "_MENU_ people a page",
    },
  });
  table.on("draw", () => {
    download.disabled = !rows.length;
  });

  // The filters in the page's address: a figure is a link to its people, and can be passed on.
  const keep = () => {
    const filters = new URLSearchParams(chosen());
    if (form.elements.search.value) filters.set("search", form.elements.search.value);
    history.replaceState(null, "", `#${filters.size ? filters : "people"}`);
  };
  const follow = () => {
    const filters = new URLSearchParams(location.hash.slice(1));
    if (!location.hash.includes("=")) return;
    for (const select of selects) {
      const options = [...select.options];
      select.selectedIndex = Math.max(
        0,
        options.findIndex(({ value }, place) => place && value === filters.get(select.name)),
      );
    }
    form.elements.search.value = filters.get("search") ?? "";
    table.draw();
    const heading = document.getElementById("people-heading");
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  };
  form.addEventListener("input", () => {
    keep();
    table.draw();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () =>
    setTimeout(() => {
      keep();
      table.draw();
    }),
  );
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    // Following a figure again shows its people again, though the address stays the same.
    if (link?.hash === location.hash) follow();
  });
  addEventListener("hashchange", follow);
  follow();

  // CSV: RFC 4180, and no cell that a spreadsheet would run as a formula.
  const cell = (value) => {
    const text =
      typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  download.addEventListener("click", () => {
    const fields = Object.entries(Object.assign({}, ...columns.map(({ fields }) => fields)));
    const lines = [
      fields.map(([name]) => name),
      ...rows.map((row) => fields.map(([, value]) => value(row))),
    ];
    const csv = lines.map((line) => `${line.map(cell).join(",")}\n`).join("");
    const link = element("a", {
      href: URL.createObjectURL(new Blob([csv], { type: "text/csv" })),
      download: "people.csv",
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
})();
