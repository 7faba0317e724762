"""Counts how often each word was searched for."""

from collections import Counter

from flask import Flask, jsonify

app = Flask(__name__)
searches: Counter[str] = Counter()


@app.get("/contents/health")
def health():
    return jsonify(status="ok")


@app.post("/contents/<word>")
def search(word: str):
    searches[word] += 1
    return jsonify(word=word, count=searches[word])


@app.get("/contents/")
def most_searched():
    return jsonify([{"word": word, "count": n} for word, n in searches.most_common(10)])


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8080)
