// Train nlp.js on examples and answer texts: node worker.js ASKED ANSWERED.
// ASKED holds {examples: [[text, intent]…], texts: […]}; ANSWERED is read by bench/nlu/answers.py.
import { createWriteStream, readFileSync } from "node:fs";
import { once } from "node:events";
import nlpjsCore from "@nlpjs/core";
import nlpjsSpanish from "@nlpjs/lang-es";
import nlpjs from "@nlpjs/nlp";

const LISTED = 5;
const NONE = "None";

const [asked, answered] = process.argv.slice(2);
const { examples, texts } = JSON.parse(readFileSync(asked, "utf8"));

const container = await nlpjsCore.containerBootstrap();
container.use(nlpjsSpanish.LangEs);
const nlp = new nlpjs.Nlp({
  container,
  languages: ["es"],
  autoSave: false,
  calculateSentiment: false,
});
for (const [text, intent] of examples) nlp.addDocument("es", text, intent);
const began = performance.now();
await nlp.train();
const training = (performance.now() - began) / 1000;

async function answer(text) {
  const from = performance.now();
  const found = await nlp.process("es", text);
  const seconds = (performance.now() - from) / 1000;
  const likely = found.classifications.filter((one) => one.intent !== NONE).slice(0, LISTED);
  return {
    text,
    names: likely.map((one) => one.intent),
    chances: likely.map((one) => one.score),
    trust: likely.length ? likely[0].score : 0,
    refused: found.intent === NONE,
    seconds,
  };
}

await answer(texts[0]); // whatever is only paid once is paid before
const file = createWriteStream(answered);
for (const text of texts) file.write(`${JSON.stringify(await answer(text))}\n`);
file.end(`${JSON.stringify({ training, memory: null })}\n`);
await once(file, "finish");
