const Database = require("better-sqlite3");
const cytoscape = require("cytoscape");

const database = new Database("notes.db");
database.exec("create table if not exists links (a text, b text)");

const pattern = /\[\[([^\]]+)\]\]/g;
const text = database.prepare("select body from notes").all().map((row) => row.body).join("\n");
let match;
while ((match = pattern.exec(text)) !== null) {
  console.log(match[1]);
}
const graph = cytoscape({ elements: [] });
graph.$("node").spawn;
