# The emulator over HTTP, for clients in any language: see docs/emulator-http.md.
FROM python:3.13-slim-trixie AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/emulator \
    && /opt/emulator/bin/python -m pip install --no-cache-dir --constraint constraints.txt \
        ".[emulator,tokens]"

FROM python:3.13-slim-trixie
COPY --from=build /opt/emulator /opt/emulator
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# No user of the image: it owns no file in it.
USER 65532:65532
EXPOSE 8787
STOPSIGNAL SIGINT
ENTRYPOINT ["/opt/emulator/bin/python", "-m", "vercel_marketplace.emulator"]
# Within the container every address; what reaches it is up to `docker run --publish`.
CMD ["--host", "0.0.0.0"]
