// The list of people on the page. DataTables draws it and asks for a page of rows; which rows those
// are, `people.js` knows.
"use strict";
(() => {
  const { peopleOf, addressOf, filtersOf, valueAt, teamsOf, organizationsOf } = people;
  const data = JSON.parse(document.getElementById("people-data").textContent);
  const { report, logins, states, editors, grants, plans } = data;
  const { words } = report;
  const { names, choices, matching, sorted, csv, iso, daysAgo } = peopleOf(data);
  const form = document.getElementById("filters");
  const download = document.getElementById("export");

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

  // Cells ---------------------------------------------------------------------------------------

  const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2 });
  const amount = (hundredths) => money.format(hundredths / 100);
  const list = (texts, none) => {
    const cell = element("span", {});
    texts.forEach((text, place) => {
      cell.append(place ? ", " : "", element("bdi", {}, text));
    });
    if (!texts.length) cell.append(element("span", { className: "none" }, none));
    return cell;
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
  const cells = {
    login: (row) => list([logins[row]]),
    status: (row) => {
      const [name, idle] = valueAt(states, row);
      const word = element("span", { className: "word" }, shape(name), words.statuses[name]);
      return element("span", {}, word, idle ? element("span", { className: "tag" }, "idle") : "");
    },
    "last-activity": (row) => date(data.active[row], "none"),
    flags: (row) => {
      const [, , flags, cancellation] = valueAt(states, row);
      const cell = element("span", { className: "chips" });
      for (const flag of flags.split(" ").filter(Boolean)) {
        const button = element("button", { type: "button" }, words.flags[flag]);
        button.setAttribute("popovertarget", `flag-${flag}`);
        cell.append(button);
        if (flag === "pending-cancellation")
          cell.append(element("span", { className: "ago" }, `ends ${cancellation}`));
      }
      return cell;
    },
    editor: (row) => {
      const [editor, version] = valueAt(editors, row);
      const cell = list(editor ? [editor] : [], words.noEditor);
      if (version) cell.append(" ", element("bdi", { className: "ago" }, version));
      return cell;
    },
    "last-sign-in": (row) => date(data.signedIn[row], "none"),
    created: (row) => date(data.granted[row], ""),
    teams: (row) => list(teamsOf(valueAt(grants, row)), "none"),
    organization: (row) => list(organizationsOf(valueAt(grants, row)), words.noOrganization),
    plan: (row) => {
      const [plan, assumed] = valueAt(plans, row);
      const word = assumed ? element("span", { className: "ago" }, " assumed") : "";
      return element("span", {}, plan, word);
    },
    price: (row) =>
      element("span", {}, `${report.currency}\u00a0${amount(valueAt(plans, row)[2])}`),
  };

  // Filters -------------------------------------------------------------------------------------

  for (const [filter, options] of Object.entries(choices()))
    for (const [value, text] of options) form.elements[filter].add(new Option(text, value));
  const selects = [...form.querySelectorAll("select")];
  // The first option stands for any; another may well have the empty text as its value.
  const chosen = () => {
    const filters = Object.fromEntries(
      selects.filter((select) => select.selectedIndex > 0).map(({ name, value }) => [name, value]),
    );
    const search = form.elements.search.value;
    return search ? { ...filters, search } : filters;
  };
  const choose = (filters) => {
    for (const select of selects) {
      const options = [...select.options];
      select.selectedIndex = Math.max(
        0,
        options.findIndex(({ value }, place) => place && value === filters[select.name]),
      );
    }
    form.elements.search.value = filters.search ?? "";
  };

  // The table -----------------------------------------------------------------------------------

  let rows = [];
  let made = "";
  const rowsFor = (order) => {
    const filters = chosen();
    const wanted = JSON.stringify([order, filters]);
    if (wanted !== made) rows = sorted(matching(filters), order);
    made = wanted;
    return rows;
  };
  // The order of the report is that of a column, but for teams, which a reader sorts by the rules of
  // a language.
  const first = names.indexOf(report.order.replace(/^-/, ""));
  DataTable.ext.errMode = "throw";
  const table = new DataTable("#people-table", {
    serverSide: true,
    ajax: ({ order, start, length }, answer) => {
      const keys = order
        .filter(({ dir }) => dir)
        .map(({ column, dir }) => [names[column], dir === "desc"]);
      const all = rowsFor(keys);
      answer({
        recordsTotal: logins.length,
        recordsFiltered: all.length,
        data: all.slice(start, start + length).map((row) => ({ row })),
      });
    },
    columns: names.map((name) => ({
      data: ({ row }) => cells[name](row),
      className: name,
      orderSequence: ["asc", "desc"],
    })),
    order: first < 0 ? [] : [[first, report.order.startsWith("-") ? "desc" : "asc"]],
    autoWidth: false,
    pageLength: 25,
    lengthMenu: [25, 100, 500],
    layout: { topStart: "info", topEnd: null, bottomStart: "pageLength", bottomEnd: "paging" },
    language: {
      emptyTable: words.nobody,
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

  const show = () => {
    history.replaceState(null, "", addressOf(chosen()));
    table.draw();
  };
  const follow = () => {
    if (!location.hash.includes("=")) return;
    choose(filtersOf(location.hash));
    table.draw();
    const heading = document.getElementById("people-heading");
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    // Following a figure again shows its people again, though the address stays the same.
    if (link?.hash === location.hash) follow();
  });
  addEventListener("hashchange", follow);
  follow();

  download.addEventListener("click", () => {
    const link = element("a", {
      href: URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv" })),
      download: "people.csv",
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
})();
