console.log(Buffer.from("report").toString("base64"));
