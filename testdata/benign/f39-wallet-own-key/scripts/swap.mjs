import { Wallet, JsonRpcProvider, Contract } from "ethers";
import readline from "node:readline/promises";

const ROUTER = "0x1111111111111111111111111111111111111111";
const [token, amount] = process.argv.slice(2);
const wallet = new Wallet(process.env.ACME_SWAP_KEY, new JsonRpcProvider("https://rpc.acme.test"));
const prompt = readline.createInterface({ input: process.stdin, output: process.stdout });
const answer = await prompt.question(`Swap ${amount} of ${token}? (yes/no) `);
if (answer === "yes") {
  const router = new Contract(ROUTER, ["function swap(address,uint256)"], wallet);
  await router.swap(token, amount);
}
prompt.close();
