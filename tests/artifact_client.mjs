// GitHub's own client, with the environment of a job:
//   node artifact_client.mjs upload NAME FOLDER FILE...  -> {"id": 1, "digest": "…", "size": 1}
//   node artifact_client.mjs upload-unzipped NAME FOLDER FILE  -> likewise; it is named after its file
//   node artifact_client.mjs list                        -> [{"id": 1, "name": "…", …}]
//   node artifact_client.mjs download ID FOLDER          -> {"digestMismatch": false}
// The answer is the last line; what the client itself prints comes before.
import client from "@actions/artifact";

const [command, ...rest] = process.argv.slice(2);

const commands = {
  upload: ([name, folder, ...files]) => client.uploadArtifact(name, files, folder),
  "upload-unzipped": ([name, folder, file]) =>
    client.uploadArtifact(name, [file], folder, { skipArchive: true }),
  list: async () => (await client.listArtifacts()).artifacts,
  download: async ([id, folder]) => {
    const { artifacts } = await client.listArtifacts();
    const { digest } = artifacts.find((artifact) => artifact.id === Number(id));
    const { digestMismatch } = await client.downloadArtifact(Number(id), {
      path: folder,
      expectedHash: digest,
    });
    return { digestMismatch };
  },
};

console.log(JSON.stringify(await commands[command](rest)));
