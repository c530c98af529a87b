# One static binary in an empty image: no shell, no package manager, not root.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/callas ./cmd/callas
RUN mkdir /out/data /out/tmp && cp /usr/local/go/lib/time/zoneinfo.zip /out/

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/zoneinfo.zip /zoneinfo.zip
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build /out/callas /callas
ENV ZONEINFO=/zoneinfo.zip CALLAS_DATA=/data
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8181 8080
# It listens on the container's loopback until told otherwise: docs/operations.md.
# Health is asked over HTTP: /livez and /readyz on both ports.
ENTRYPOINT ["/callas"]
CMD ["serve"]
