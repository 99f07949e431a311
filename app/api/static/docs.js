// The API's reference: Swagger UI over the description that the server gives of itself.

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  validatorUrl: null, // another server's
});
