const out:string[]=[];let a=performance.now();const l=(n:string)=>{const d=performance.now()-a;out.push(d.toFixed(2)+" "+n);a=performance.now();};
const c = await import("node:crypto"); l("node:crypto"); c.hash("sha256","x"); l("hash"); await import("valibot"); l("valibot");
console.log(out.join("\n"));
